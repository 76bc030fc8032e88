// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/kubelet/rpc/grpc_log.h"

#include <grpc/support/log.h>
#include <spdlog/spdlog.h>

namespace rxlease::deviceplugin::kubelet {

namespace {

// What gRPC calls INFO is about its own works.
spdlog::level::level_enum level_of(gpr_log_severity severity) {
  return severity == GPR_LOG_SEVERITY_ERROR ? spdlog::level::err : spdlog::level::debug;
}

void log_line(gpr_log_func_args* args) {
  spdlog::log(level_of(args->severity), "gRPC: {}", args->message);
}

}  // namespace

void log_what_grpc_says() {
  gpr_set_log_function(log_line);
}

}  // namespace rxlease::deviceplugin::kubelet
