// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <stdexcept>
#include <string>
#include <vector>

namespace rxlease::deviceplugin::config {

// A place in a text file, counted from 1. Line 0: the file as a whole.
struct Position {
  unsigned line = 0;
  unsigned column = 0;

  auto operator<=>(const Position&) const = default;
};

// One mistake in a configuration file.
struct Problem {
  std::string file;
  Position position;
  std::string key;     // "pools[0].queues.count"; empty: no key in particular
  std::string what;    // "\"x\" is not a whole number"
  std::string remedy;  // "use a number from 1 to 1023"

  // FILE:LINE:COLUMN: pools[0].queues.count: "x" is not a whole number; use a number from 1 to 1023
  std::string to_string() const;

  bool operator==(const Problem&) const = default;
};

// Collects the mistakes, so that all of them can be reported at once.
class Problems {
 public:
  explicit Problems(std::string file) : file_(std::move(file)) {}

  void add(Position position, std::string key, std::string what, std::string remedy) {
    found_.push_back({file_, position, std::move(key), std::move(what), std::move(remedy)});
  }
  void add(const Problems& others) {
    found_.insert(found_.end(), others.found_.begin(), others.found_.end());
  }

  bool empty() const { return found_.empty(); }
  std::size_t size() const { return found_.size(); }
  const std::string& file() const { return file_; }

  // In the order of the file.
  std::vector<Problem> sorted() const;

 private:
  std::string file_;
  std::vector<Problem> found_;
};

// A configuration file that cannot be used at all. what() has a line for each problem.
class ConfigError : public std::runtime_error {
 public:
  // REQUIRES: at least one problem.
  explicit ConfigError(std::vector<Problem> problems);

  const std::vector<Problem>& problems() const { return problems_; }

 private:
  std::vector<Problem> problems_;
};

}  // namespace rxlease::deviceplugin::config
