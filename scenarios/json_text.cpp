#include "scenarios/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "scenarios/json_habits.hpp"
#include "scenarios/json_pointer.hpp"
#include "scenarios/messages.hpp"

namespace lockstep::scenarios {
namespace {

// "line 3, column 7" of a byte of the text, or of the place after its last one.
std::string line_and_column(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t last_break = before.rfind('\n');
  const std::string_view in_line =
      last_break == std::string_view::npos ? before : before.substr(last_break + 1);
  // All bytes of a UTF-8 character but the first look like 10xxxxxx.
  const auto column = 1 + std::count_if(in_line.begin(), in_line.end(), [](char c) {
                        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
                      });
  return fmt::format("line {}, column {}", line, column);
}

// The parser's own words without its preamble, and without the last token, which can be long.
std::string syntax_message(std::string_view what) {
  const std::size_t preamble = what.find(" - ");
  if (preamble != std::string_view::npos) what.remove_prefix(preamble + 3);
  const std::size_t token = what.find("; last read: '");
  const std::size_t expected = what.rfind("; expected ");
  if (token == std::string_view::npos) return fmt::format("not JSON: {}", what);
  const bool tail = expected != std::string_view::npos && expected > token;
  return fmt::format("not JSON: {}{}", what.substr(0, token), tail ? what.substr(expected) : "");
}

// Builds the document from the parser's events. The parser is not recursive, so what guards the
// stack (of those who read the document later) is the limit on levels here.
class DocumentBuilder {
 public:
  DocumentBuilder(std::string_view text, Json& document, Faults& faults)
      : text_(text), document_(document), faults_(faults) {}

  bool null() { return put(nullptr); }
  bool boolean(bool value) { return put(value); }
  bool number_integer(Json::number_integer_t value) { return put(value); }
  bool number_unsigned(Json::number_unsigned_t value) { return put(value); }
  bool number_float(Json::number_float_t value, const std::string& /*text*/) { return put(value); }
  bool string(std::string& value) { return put(std::move(value)); }
  bool binary(Json::binary_t& /*value*/) { return false; }

  bool start_object(std::size_t /*elements*/) { return open(Json::object()); }
  bool key(std::string& name) {
    key_ = std::move(name);
    return true;
  }
  bool end_object() {
    find_duplicates(*open_.back()->get_ptr<Json::object_t*>());
    open_.pop_back();
    return true;
  }
  bool start_array(std::size_t /*elements*/) { return open(Json::array()); }
  bool end_array() {
    open_.pop_back();
    return true;
  }

  bool parse_error(std::size_t position, const std::string& token,
                   const nlohmann::detail::exception& error) {
    constexpr int number_overflow = 406;
    const std::string_view what(error.what());
    const bool overflow = error.id == number_overflow;
    // `position` counts the bytes read. The parser knows where strings and numbers begin.
    const bool has_token = overflow ||
                           what.find(" - unexpected string literal") != std::string_view::npos ||
                           what.find(" - unexpected number literal") != std::string_view::npos;
    const std::size_t length = has_token ? token.size() : 1;
    const std::size_t offset = position - std::min(length, position);
    if (overflow) {
      add(offset, fmt::format("number out of range: {}", shortened(token)));
    } else if (const auto habit = find_json_habit(text_, offset, what)) {
      add(habit->offset, fmt::format("not JSON: {}", habit->message));
    } else {
      add(offset, syntax_message(what));
    }
    return false;
  }

 private:
  void add(std::size_t offset, std::string message) {
    faults_.push_back({line_and_column(text_, offset), std::move(message)});
  }

  bool put(Json value) {
    place(std::move(value));
    return true;
  }

  bool open(Json container) {
    if (open_.size() == most_levels) {
      faults_.push_back({"", fmt::format("is nested more than {} levels deep", most_levels)});
      return false;
    }
    open_.push_back(place(std::move(container)));
    return true;
  }

  // Objects are appended to without looking for the key: a look-up there is linear.
  Json* place(Json value) {
    if (open_.empty()) {
      document_ = std::move(value);
      return &document_;
    }
    if (auto* list = open_.back()->get_ptr<Json::array_t*>())
      return &list->emplace_back(std::move(value));
    auto& object = *open_.back()->get_ptr<Json::object_t*>();
    return &object.emplace_back(std::move(key_), std::move(value)).second;
  }

  void find_duplicates(const Json::object_t& object) {
    std::vector<std::string_view> keys;
    keys.reserve(object.size());
    for (const auto& entry : object) keys.emplace_back(entry.first);
    std::sort(keys.begin(), keys.end());
    for (auto at = keys.begin(); (at = std::adjacent_find(at, keys.end())) != keys.end();) {
      faults_.push_back(
          {child_pointer(open_pointer(), *at), fmt::format("duplicate key {}", in_quotes(*at))});
      at = std::upper_bound(at, keys.end(), *at);
    }
  }

  // The pointer of the innermost open container.
  std::string open_pointer() const {
    std::string pointer;
    for (std::size_t level = 0; level + 1 < open_.size(); ++level) {
      const Json& value = *open_[level];
      pointer = value.is_array()
                    ? child_pointer(pointer, value.size() - 1)
                    : child_pointer(pointer, value.get_ptr<const Json::object_t*>()->back().first);
    }
    return pointer;
  }

  std::string_view text_;
  Json& document_;
  Faults& faults_;
  std::vector<Json*> open_;  // stable: a parent does not grow while its child is open
  std::string key_;
};

}  // namespace

Result<Json> parse_json(std::string_view text) {
  if (text.empty()) return Fault{"", "is empty"};
  if (std::string why = why_not_utf8(text); !why.empty()) return Fault{"", std::move(why)};
  // The parser takes this for the end of the text.
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos)
    return Fault{line_and_column(text, nul), "not JSON: a byte that is 0"};
  Json document;
  Faults faults;
  DocumentBuilder builder(text, document, faults);
  const bool whole = Json::sax_parse(text.begin(), text.end(), &builder);
  lockstep::check(whole || !faults.empty(), "the JSON parser gave up without a reason");
  if (!faults.empty()) return faults;
  return document;
}

bool is_utf8(std::string_view text) {
  // The writer can drop bytes that are not UTF-8, or replace them: the same if there are none.
  using Handler = Json::error_handler_t;
  const Json value(text);
  return value.dump(-1, ' ', false, Handler::ignore) ==
         value.dump(-1, ' ', false, Handler::replace);
}

}  // namespace lockstep::scenarios
