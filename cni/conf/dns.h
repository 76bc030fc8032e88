// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cni/conf/json/object_reader.h"

namespace rxlease::cni {

// Checks the shape of a `dns` object of the CNI specification: nameservers, search and options are lists of
// strings, domain is a string. Error 7 otherwise. Other members are left to the caller.
void check_dns(ObjectReader& dns);

}  // namespace rxlease::cni
