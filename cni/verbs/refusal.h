// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "attachment/record/error.h"
#include "cni/spec/error.h"

namespace rxlease::cni {

// An act's error in the specification's words: its code, and the configuration's or result's field in front.
Error refusal(const attachment::Error& error);

// The same with a code that the verb has for it.
Error refusal(const attachment::Error& error, Code code);

}  // namespace rxlease::cni
