// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/node/metrics.h"

namespace rxlease::deviceplugin::node {

QuestionMetrics::QuestionMetrics(prometheus::Registry& registry)
    : QuestionMetrics(prometheus::BuildCounter()
                          .Name("rxlease_node_questions_total")
                          .Help("Questions of the CNI plugin and rxleasectl to the daemon, by outcome.")
                          .Register(registry)) {}

QuestionMetrics::QuestionMetrics(prometheus::Family<prometheus::Counter>& family)
    : answered(family.Add({{"outcome", "answered"}})), refused(family.Add({{"outcome", "refused"}})) {}

}  // namespace rxlease::deviceplugin::node
