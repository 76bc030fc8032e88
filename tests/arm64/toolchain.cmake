# SPDX-License-Identifier: Apache-2.0
#
# arm64 by the clang that this machine has, against the files that tests/arm64/sysroot has fetched. Its programs run in
# qemu. RXLEASE_ARM64 in the environment, or as a variable, is where they are: see tests/arm64/run.
if(NOT RXLEASE_ARM64)
  set(RXLEASE_ARM64 $ENV{RXLEASE_ARM64} CACHE PATH "What tests/arm64/sysroot prints")
endif()
if(NOT EXISTS ${RXLEASE_ARM64}/sysroot)
  message(FATAL_ERROR "RXLEASE_ARM64 names no sysroot: run tests/arm64/run, or export RXLEASE_ARM64=$(tests/arm64/sysroot)")
endif()
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES RXLEASE_ARM64)

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_SYSROOT ${RXLEASE_ARM64}/sysroot CACHE PATH "The arm64 packages, unpacked")
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(CMAKE_CXX_COMPILER clang++)
set(CMAKE_CXX_COMPILER_TARGET aarch64-linux-gnu)
# No path of this machine in what comes out.
add_compile_options(-ffile-prefix-map=${CMAKE_SYSROOT}=)
add_link_options(-fuse-ld=${RXLEASE_ARM64}/tools/ld.lld)
set(CMAKE_CROSSCOMPILING_EMULATOR ${RXLEASE_ARM64}/tools/qemu-aarch64-static -L ${CMAKE_SYSROOT} CACHE STRING
  "Runs arm64's programs")

# Libraries of the sysroot, programs of this machine: protoc and gRPC's plugin are of the same Debian, and so fit.
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${CMAKE_SYSROOT})
set(ENV{PKG_CONFIG_LIBDIR} ${CMAKE_SYSROOT}/usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/pkgconfig:${CMAKE_SYSROOT}/usr/share/pkgconfig)
