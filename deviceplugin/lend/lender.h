// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "attachment/site/machine.h"
#include "deviceplugin/lend/rounds.h"
#include "deviceplugin/pools/inventory.h"
#include "proto/node.h"

namespace rxlease::deviceplugin::lend {

// Lends further queues to a pod that runs, and takes them back. kubelet hears that the queues are not
// healthy, before they are lent and for as long as they are, so that it allocates them to nobody. Everybody
// else sees a leased queue like any other.
//
// add() and remove() are for any thread; they work for one caller at a time. The rest is the loop's.
class Lender {
 public:
  // What lending needs of others.
  struct Surroundings {
    std::function<pools::Allocations()> allocations;                         // kubelet's; called by the loop
    std::function<void(const std::vector<kernel::DeviceId>& devices)> take;  // has the guard let go of them
  };

  Lender(std::string state_directory, Surroundings surroundings);

  // Lends what is asked for; returns once the pod can use it. NodeError refused, with the reason and the
  // remedy, or try_again_later; then nothing is changed.
  proto::LeaseAnswer add(const proto::AddLeaseQuestion& question, const std::stop_token& stop);

  // Takes back what add() lent. NodeError refused: the pod has no such loan; try_again_later. After an error
  // it can be called again.
  proto::LeaseAnswer remove(const proto::RemoveLeaseQuestion& question, const std::stop_token& stop);

  // Undoes loans that a daemon began to make, or to take back, when it was killed. To be called before
  // anybody can call add().
  void undo_unfinished() const;

  // Readable when the loop is to begin a round.
  int fd() const { return rounds_.fd(); }
  void drain() const { rounds_.drain(); }

  // A round of the loop: before its scan, for what kubelet is to be told, and when it has been told.
  void begin_round();
  std::vector<pools::PoolState> for_kubelet(const pools::Snapshot& snapshot) const;
  void end_round(const pools::Snapshot& snapshot);

 private:
  class Reservation;
  struct Reserved {
    std::string pod;       // "shop/web-0"
    bool is_over = false;  // from the next round on: what was lent has a record by then
  };
  struct Choice {
    std::vector<kernel::DeviceId> devices;
    std::vector<attachment::Attachment> of_pod;
  };

  Choice choose(const proto::AddLeaseQuestion& question, Reservation& reservation, const Limit& limit);

  std::string state_directory_;
  Surroundings surroundings_;
  Rounds rounds_;
  bool is_awaited_ = false;  // the present round
  std::timed_mutex one_at_a_time_;
  mutable std::mutex mutex_;
  std::map<kernel::DeviceId, Reserved> reserved_;
};

}  // namespace rxlease::deviceplugin::lend
