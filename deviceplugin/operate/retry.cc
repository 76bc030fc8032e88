// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/operate/retry.h"

#include <poll.h>

#include <sstream>
#include <string>

namespace rxlease::deviceplugin::operate {

bool retry_until_done(const std::function<bool(std::ostream&)>& work, std::chrono::milliseconds interval,
                      const kernel::Fd& asked_to_end, std::ostream& out) {
  std::string told;
  while (true) {
    std::ostringstream account;
    bool done = false;
    try {
      done = work(account);
    } catch (const std::exception& error) {
      account << error.what() << "\n";
    }
    if (account.str() != told) out << (told = account.str()) << std::flush;
    if (done) return true;
    pollfd end{asked_to_end.get(), POLLIN, 0};
    if (poll(&end, 1, static_cast<int>(interval.count())) == 1) return false;
  }
}

}  // namespace rxlease::deviceplugin::operate
