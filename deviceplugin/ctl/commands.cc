// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/ctl/commands.h"

#include "deviceplugin/ctl/check/check_pod.h"
#include "proto/node.h"

namespace rxlease::deviceplugin::ctl {

namespace {

constexpr int usage_error = 2;
constexpr const char* shells = "bash, zsh or fish";

const std::map<std::string, Topic> topics{{"nics", Topic::nics},
                                          {"pools", Topic::pools},
                                          {"queues", Topic::queues},
                                          {"leases", Topic::leases},
                                          {"pods", Topic::pods}};
const std::map<std::string, TopTopic> top_topics{
    {"nics", TopTopic::nics}, {"pods", TopTopic::pods}, {"queues", TopTopic::queues}};
const std::map<std::string, Format> formats{
    {"table", Format::table}, {"wide", Format::wide}, {"json", Format::json}};
const std::map<std::string, bool> table_or_json{{"table", false}, {"json", true}};
const std::map<std::string, bool> text_or_json{{"text", false}, {"json", true}};

template <typename Value>
std::vector<std::string> words_of(const std::map<std::string, Value>& values) {
  std::vector<std::string> words;
  words.reserve(values.size());
  for (const auto& [word, value] : values) words.push_back(word);
  return words;
}

// The value of that name; otherwise a message with all the names.
template <typename Value>
Value choice(const std::string& option, const std::map<std::string, Value>& values, const std::string& name) {
  const auto found = values.find(name);
  if (found != values.end()) return found->second;
  std::string all;
  for (const auto& [known, value] : values) all.append(all.empty() ? "" : ", ").append(known);
  throw CLI::ValidationError(option, "\"" + name + "\" is none of " + all);
}

// "2s" as a number of the smallest unit. Validators without a description leave the help to the option's own.
CLI::Validator duration(std::map<std::string, std::uint32_t> units) {
  return CLI::AsNumberWithUnit(std::move(units), CLI::AsNumberWithUnit::UNIT_REQUIRED, "DURATION")
      .description("");
}

// Refuses other numbers of this unit with the sentence.
CLI::Validator between(std::uint32_t least, std::uint32_t most, const std::string& sentence) {
  const CLI::Range range(least, most);
  return {[range, sentence](std::string& value) { return range(value).empty() ? std::string() : sentence; },
          ""};
}

}  // namespace

Commands::Commands()
    : app_("Shows what is leased to whom, and what this node lacks; frees guarded queues; lends pods more.",
           "rxleasectl") {
  app_.require_subcommand(0, 1);  // none: refused by parse(), after anything that was not expected
  app_.set_version_flag("--version", "rxleasectl " RXLEASE_VERSION);
  app_.failure_message([](const CLI::App*, const CLI::Error& error) {
    return std::string("rxleasectl: ") + error.what() + "; see rxleasectl --help\n";
  });
  add_config(app_);
  add_output(app_, {"table", "wide", "json", "text"},
             "table, wide or json for show, table or json for top, text or json for check");
  add_show();
  add_top();
  add_check();
  add_guard();
  add_lease();
  add_support_bundle();
  add_completion();
}

// Before the verb or behind it, like the next one; the one behind it counts if both are given.
void Commands::add_config(CLI::App& command) {
  command
      .add_option_function<std::string>(
          "--config",
          [this](const std::string& file) {
            request_.file = file;
            request_.file_is_named = true;
          },
          "the device plugin's configuration")
      ->type_name("FILE")
      ->default_str(request_.file);
}

CLI::Option* Commands::add_output(CLI::App& command, const std::vector<std::string>& its_formats,
                                  const std::string& description) {
  auto* option = command.add_option("-o,--output", output_, description)->type_name("FORMAT");
  choices_[option] = its_formats;
  return option;
}

void Commands::add_show() {
  show_ = app_.add_subcommand("show", "Print the NICs, pools, queues, leases and pods of this node");
  auto* topic =
      show_->add_option("topic", topic_, "nics, pools, queues, leases or pods; without it an overview")
          ->type_name("TOPIC");
  choices_[topic] = words_of(topics);
  add_config(*show_);
  add_output(*show_, words_of(formats), "table (the default), wide or json");
  show_->add_flag("-w,--watch", request_.show.watch, "print it again after each change, until interrupted")
      ->disable_flag_override();
  show_->footer("Exit status: 0 printed, 1 the kernel or a file could not be read, 2 wrong usage.");
}

void Commands::add_top() {
  top_ = app_.add_subcommand("top", "Print what NICs, pods and queues receive in a second, again and again");
  auto* topic =
      top_->add_option("topic", topic_, "nics, pods or queues; without it all three")->type_name("TOPIC");
  choices_[topic] = words_of(top_topics);
  add_config(*top_);
  add_output(*top_, words_of(table_or_json), "table (the default), or json: an object a line");
  top_->add_option("--interval", interval_ms_, "the time between two outputs: 100ms to 1h")
      ->transform(duration({{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}}))
      ->check(between(100, 3'600'000, "the time between two outputs is 100ms at least, and 1h at most"))
      ->type_name("DURATION")
      ->default_str("2s");
  top_->add_flag("--once", request_.top.once, "end after the first output, which comes after one interval")
      ->disable_flag_override();
  top_->footer("Exit status: 0 printed, 1 the kernel or a file could not be read, 2 wrong usage.");
}

void Commands::add_check() {
  check_ = app_.add_subcommand("check", "List what this node has and lacks, with remedies");
  add_config(*check_);
  add_output(*check_, words_of(text_or_json), "text (the default) or json");
  auto* pod = check_
                  ->add_flag("--pod", request_.check.in_pod,
                             "check this container and its queues, not the node; not with --config")
                  ->disable_flag_override();
  request_.check.queues = pod_directory;
  check_->add_option("--queues", request_.check.queues, "the directory with a lease.json for each queue")
      ->capture_default_str()
      ->needs(pod);
  check_->footer("Exit status: 0 nothing is missing (warnings do not count), 1 something is, 2 wrong usage.");
}

void Commands::add_guard() {
  auto* guard =
      app_.add_subcommand("guard", "Ask the daemon's guard, which holds free queues, to let go of them");
  guard->require_subcommand(1);
  release_ = guard->add_subcommand(
      "release",
      "Free the queues of a NIC for a while, for `ethtool -L` by hand; exit status 1 if they are not");
  release_
      ->add_option("nic", request_.release.nic, "the NIC: its interface's name, or its name in device ids")
      ->type_name("NIC")
      ->required();
  release_->add_option("--for", seconds_, "for how long: 90s, 10m, 1h at most; 0s: hold them again now")
      ->transform(duration({{"s", 1}, {"m", 60}, {"h", 3600}}))
      ->check(between(0, proto::longest_release, "the guard lets go for 1h at most"))
      ->type_name("DURATION")
      ->default_str("60s");
  add_config(*release_);
}

void Commands::add_lease() {
  auto* lease = app_.add_subcommand("lease", "Lend further queues to a pod that runs, and take them back");
  lease->require_subcommand(1);
  auto& wanted = request_.add_lease;
  lease_add_ = lease->add_subcommand(
      "add",
      "Give the pod a further interface that leases free queues of a pool; exit status 1 if it gets none");
  lease_add_->add_option("pod", wanted.pod, "the pod: NAMESPACE/NAME, or NAME in the namespace default")
      ->type_name("POD")
      ->required();
  lease_add_->add_option("--pool", wanted.pool, "the pool; without it the only one for io_uring and devmem")
      ->type_name("POOL");
  const auto most = std::to_string(proto::most_lent_queues);
  lease_add_->add_option("--queues", wanted.queues, "how many: 1 to " + most)
      ->check(between(1, proto::most_lent_queues,
                      "an interface leases 1 queue at least, and " + most + " at most"))
      ->type_name("N")
      ->capture_default_str();
  lease_add_
      ->add_option("--interface", wanted.interface,
                   "its name in the pod; without it rxq1, or the next that is free")
      ->type_name("NAME");
  lease_add_
      ->add_option("--steer", wanted.steering,
                   "a flow to the pod that is to come through it, such as tcp/5201; several times")
      ->type_name("FLOW");
  add_config(*lease_add_);
  lease_remove_ = lease->add_subcommand(
      "remove", "Take back what `lease add` gave; exit status 1 if it is not taken back");
  lease_remove_->add_option("pod", wanted.pod, "the pod: NAMESPACE/NAME, or NAME in the namespace default")
      ->type_name("POD")
      ->required();
  lease_remove_->add_option("interface", wanted.interface, "the interface in the pod")
      ->type_name("INTERFACE")
      ->required();
  add_config(*lease_remove_);
}

void Commands::add_support_bundle() {
  support_bundle_ = app_.add_subcommand(
      "support-bundle", "Print all that a report of a fault needs, to be read before it is sent");
  add_config(*support_bundle_);
  support_bundle_
      ->add_flag(
          "--anonymous", request_.anonymous,
          "put words such as pod-1 in the place of pods', networks' and the node's names, and of addresses")
      ->disable_flag_override();
  support_bundle_->footer(
      "Exit status: 0 printed, 1 the configuration or the records could not be read, 2 wrong usage.");
}

void Commands::add_completion() {
  completion_ = app_.add_subcommand("completion", "Print a script that completes these commands in a shell");
  auto* shell = completion_
                    ->add_option("shell", request_.shell,
                                 std::string(shells) + ", as in: source <(rxleasectl completion bash)")
                    ->type_name("SHELL")
                    ->required();
  choices_[shell] = {"bash", "zsh", "fish"};
}

// The format belongs to the verb, wherever it was given.
void Commands::take_output() {
  constexpr const char* option = "--output";
  if (output_.empty()) return;
  if (show_->parsed()) request_.show.format = choice(option, formats, output_);
  if (top_->parsed()) request_.top.json = choice(option, table_or_json, output_);
  if (check_->parsed()) request_.check.json = choice(option, text_or_json, output_);
}

Request Commands::parse(int argc, const char* const* argv) {
  app_.parse(argc, argv);
  if (app_.get_subcommands().empty()) {
    throw CLI::RequiredError("show, top, check, guard, lease, support-bundle or completion");
  }
  take_output();
  if (!topic_.empty() && show_->parsed()) request_.show.topic = choice("topic", topics, topic_);
  if (!topic_.empty() && top_->parsed()) request_.top.topic = choice("topic", top_topics, topic_);
  if (request_.check.in_pod && request_.file_is_named) throw CLI::ExcludesError("--pod", "--config");
  if (completion_->parsed() && request_.shell != "bash" && request_.shell != "zsh" &&
      request_.shell != "fish") {
    throw CLI::ValidationError("shell", "\"" + request_.shell + "\" is none of " + shells);
  }
  request_.top.interval = std::chrono::milliseconds(interval_ms_);
  request_.release.duration = std::chrono::seconds(seconds_);
  for (const auto& [command, verb] : {std::pair{show_, Verb::show},
                                      {top_, Verb::top},
                                      {check_, Verb::check},
                                      {release_, Verb::guard_release},
                                      {lease_add_, Verb::lease_add},
                                      {lease_remove_, Verb::lease_remove},
                                      {support_bundle_, Verb::support_bundle},
                                      {completion_, Verb::completion}}) {
    if (command->parsed()) request_.verb = verb;
  }
  return request_;
}

int Commands::answer(const CLI::ParseError& error) const {
  return app_.exit(error) == 0 ? 0 : usage_error;
}

}  // namespace rxlease::deviceplugin::ctl
