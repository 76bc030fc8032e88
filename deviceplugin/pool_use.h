// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace rxlease::deviceplugin {

// What pods do with a pool's queues. A NIC can do only one of the two at a time.
enum class PoolUse { memory_provider, af_xdp };

}  // namespace rxlease::deviceplugin
