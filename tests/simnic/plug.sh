# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# What nic.sh has to know about the simulated NIC. To be sourced.

# shellcheck disable=SC2034 # for whoever sources this
driver=simnic port=simnic.0.p1 # the beginning of its queues' device ids
split_on=('"tcp-data-split": "enabled"' '"hds-thresh": 0')
channels=combined # as ethtool -L names them
has() { true; } # threshold|contexts|quiet_departures

is_plugged_in() { [[ -e /sys/module/simnic ]]; }
plug_in() { insmod "$("$RXLEASE_ROOT/tests/simnic/build")" queues=8; }
unplug() { rmmod simnic; }

# How the NIC may go and come back, with its other end.
take_away() { echo simnic.0 >/sys/bus/platform/drivers/simnic/unbind; }
bring_back() { echo simnic.0 >/sys/bus/platform/drivers/simnic/bind; }
reload_driver() { take_away && bring_back; }
reload_module() { unplug && plug_in; }
