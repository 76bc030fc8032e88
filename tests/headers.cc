// SPDX-License-Identifier: Apache-2.0
//
// Carries the headers that the tests' programs have in common, precompiled: see CMakeLists.txt.
