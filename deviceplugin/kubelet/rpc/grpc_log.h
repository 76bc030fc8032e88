// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace rxlease::deviceplugin::kubelet {

// Makes gRPC's own lines lines of our log, in the log's format, from now on and in the whole process. Without
// it gRPC writes to standard error in a form of its own.
void log_what_grpc_says();

}  // namespace rxlease::deviceplugin::kubelet
