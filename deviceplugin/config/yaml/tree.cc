// SPDX-License-Identifier: Apache-2.0
#include "deviceplugin/config/yaml/tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <optional>
#include <sstream>
#include <utility>

#include "deviceplugin/config/yaml/text.h"
#include "text/display.h"

namespace rxlease::deviceplugin::config {

namespace {

// The tags that yaml-cpp reports for scalars without one.
constexpr std::string_view untagged = "?";
constexpr std::string_view untagged_quoted = "!";

// The nesting of lists and maps; a configuration needs five levels.
constexpr std::size_t deepest = 16;

Position position_of(const YAML::Mark& mark) {
  return {static_cast<unsigned>(mark.line + 1), static_cast<unsigned>(mark.column + 1)};
}

// Builds the tree from the parser's events, and refuses the parts of YAML that parse_yaml() excludes.
class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(std::string file) : file_(std::move(file)) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (root_) {
      refuse(mark, "a second document begins here",
             "keep one document in the file, or correct the indentation");
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    place({YamlNode::Kind::null, position_of(mark), {}, {}, {}});
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    refuse(mark, "there is an alias", "write the value itself");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_decoration(mark, tag, anchor);
    const auto kind = tag == untagged_quoted ? YamlNode::Kind::quoted : YamlNode::Kind::plain;
    place({kind, position_of(mark), value, {}, {}});
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::list, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(YamlNode::Kind::map, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

  std::optional<YamlNode> take() { return std::move(root_); }

  // The beginning of the innermost list or map that is still open.
  std::optional<Position> innermost() const {
    return open_.empty() ? std::nullopt : std::optional(open_.back().node.position);
  }

 private:
  // A list or map that is still open, and in a map the key whose value is next.
  struct Open {
    YamlNode node;
    std::optional<YamlEntry> entry;
  };

  [[noreturn]] void refuse(const YAML::Mark& mark, const char* what, const char* remedy) const {
    throw ConfigError({{file_, position_of(mark), "", what, remedy}});
  }

  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) const {
    if (anchor != YAML::NullAnchor) {
      refuse(mark, "there is an anchor", "leave it out: aliases to it are not supported");
    }
  }

  void refuse_decoration(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) const {
    refuse_anchor(mark, anchor);
    if (!tag.empty() && tag != untagged && tag != untagged_quoted) {
      refuse(mark, "there is a tag", "leave it out: a value's type is known from its key");
    }
  }

  void open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    refuse_decoration(mark, tag, anchor);
    refuse_as_key(kind, position_of(mark));
    if (open_.size() == deepest) {
      refuse(mark, "the nesting here is too deep", "check brackets and indentation");
    }
    open_.push_back({{kind, position_of(mark), {}, {}, {}}, std::nullopt});
  }

  void close() {
    auto node = std::move(open_.back().node);
    open_.pop_back();
    place(std::move(node));
  }

  bool is_key_expected() const {
    return !open_.empty() && open_.back().node.kind == YamlNode::Kind::map && !open_.back().entry;
  }

  void refuse_as_key(YamlNode::Kind kind, Position position) const {
    if (is_key_expected() && kind != YamlNode::Kind::plain && kind != YamlNode::Kind::quoted) {
      throw ConfigError({{file_, position, "", "there is a key that is not text",
                          "use a name, and close brackets before it"}});
    }
  }

  void place(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
    } else if (open_.back().node.kind == YamlNode::Kind::list) {
      open_.back().node.items.push_back(std::move(node));
    } else if (is_key_expected()) {
      place_key(std::move(node));
    } else {
      place_value(std::move(node));
    }
  }

  void place_key(YamlNode node) {
    refuse_as_key(node.kind, node.position);
    if (node.kind == YamlNode::Kind::plain && node.text == "<<") {
      throw ConfigError(
          {{file_, node.position, "", "there is a merge key", "write out the keys it stands for"}});
    }
    open_.back().entry = YamlEntry{std::move(node.text), node.position, {}};
  }

  void place_value(YamlNode node) {
    auto& open = open_.back();
    // yaml-cpp gives a missing value the position of the next token.
    if (node.kind == YamlNode::Kind::null) node.position = open.entry->position;
    open.entry->value = std::move(node);
    open.node.entries.push_back(*std::exchange(open.entry, std::nullopt));
  }

  std::string file_;
  std::optional<YamlNode> root_;
  std::vector<Open> open_;
};

Problem problem_of(const YAML::Exception& error, const TreeBuilder& tree, const std::string& file) {
  // yaml-cpp reports an open bracket at the end of the file, where nobody would look for it.
  const bool open =
      error.msg == YAML::ErrorMsg::END_OF_SEQ_FLOW || error.msg == YAML::ErrorMsg::END_OF_MAP_FLOW;
  if (const auto bracket = tree.innermost(); open && bracket) {
    return {file, *bracket, "", "the bracket here is not closed", "close it, or check the commas in it"};
  }
  return {file, position_of(error.mark), "", "this is not YAML: " + text::display(error.msg),
          "check quotation marks, brackets and indentation"};
}

}  // namespace

YamlNode parse_yaml(std::string_view text, const std::string& file) {
  check_text(text, file);
  std::istringstream stream{std::string(text)};
  TreeBuilder tree(file);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(tree)) {
    }
  } catch (const YAML::Exception& error) {
    throw ConfigError({problem_of(error, tree, file)});
  }
  auto root = tree.take();
  if (!root || root->kind == YamlNode::Kind::null) {
    throw ConfigError({{file, {}, "", "the file is empty", "give it at least one pool: \"pools:\""}});
  }
  return *std::move(root);
}

}  // namespace rxlease::deviceplugin::config
