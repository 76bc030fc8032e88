// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "deviceplugin/allocate/allocator.h"
#include "deviceplugin/pools/device_state.h"
#include "proto/kubelet/deviceplugin/v1beta1/api.pb.h"

namespace rxlease::deviceplugin::kubelet {

// A pool's state as ListAndWatch tells it.
v1beta1::ListAndWatchResponse to_response(const pools::PoolState& pool);

// The answers for every container of a request. AllocationError as of Allocator::allocate().
v1beta1::AllocateResponse allocate_all(allocate::Allocator& allocator, const pools::PoolState& pool,
                                       const v1beta1::AllocateRequest& request);
v1beta1::PreferredAllocationResponse prefer_all(const pools::PoolState& pool,
                                                const v1beta1::PreferredAllocationRequest& request);

}  // namespace rxlease::deviceplugin::kubelet
