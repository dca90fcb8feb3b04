#include "sim/base/unit_meaning.hpp"

#include <array>
#include <optional>
#include <utility>

namespace lockstep {
namespace {

using Meanings = std::vector<std::string>;

// Without spaces; both micro signs of Unicode are a u.
std::string plain(std::string_view unit) {
  std::string text;
  for (std::size_t i = 0; i < unit.size(); ++i) {
    const std::string_view two = unit.substr(i, 2);
    if (two == "\xC2\xB5" || two == "\xCE\xBC") {
      text += 'u';
      ++i;
    } else if (static_cast<unsigned char>(unit[i]) > ' ') {
      text += unit[i];
    }
  }
  return text;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

// Takes `ending` off, whatever its case; false if the text does not end so.
bool take_off(std::string& text, std::string_view ending) {
  if (text.size() < ending.size()) return false;
  const std::size_t rest = text.size() - ending.size();
  if (lower(text.substr(rest)) != ending) return false;
  text.resize(rest);
  return true;
}

template <std::size_t n>
bool take_any(std::string& text, const std::array<std::string_view, n>& endings) {
  for (const std::string_view ending : endings)
    if (take_off(text, ending)) return true;
  return false;
}

constexpr std::array<std::string_view, 6> per_second = {"/seconds", "/second",   "/secs",
                                                        "/sec",     "persecond", "/s"};

Meanings meanings_of_seconds(const std::string& unit) {
  struct Words {
    std::string_view meant;
    std::array<std::string_view, 7> spelt;
  };
  constexpr std::array<Words, 7> all = {{
      {"s", {"s", "sec", "secs", "second", "seconds"}},
      {"ms", {"ms", "msec", "msecs", "millisec", "millisecond", "milliseconds", "millis"}},
      {"us", {"us", "usec", "usecs", "microsec", "microsecond", "microseconds", "u"}},
      {"ns", {"ns", "nsec", "nsecs", "nanosec", "nanosecond", "nanoseconds", "n"}},
      {"ps", {"ps", "psec", "psecs", "picosec", "picosecond", "picoseconds", "p"}},
      {"min", {"min", "mins", "minute", "minutes"}},
      {"h", {"h", "hr", "hrs", "hour", "hours"}},
  }};
  const std::string word = lower(unit);
  if (word == "m") return {"min", "ms"};
  for (const auto& [meant, spelt] : all)
    for (const std::string_view each : spelt)
      if (!each.empty() && each == word) return {std::string(meant)};
  return {};
}

struct Prefix {
  std::string name;       // as we spell it
  bool is_proper = true;  // it was spelt so
  bool is_k = false;      // which some take for 1024
};

// "" is a prefix too; nothing for what is none.
std::optional<Prefix> prefix_of(const std::string& text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> words = {{{"kilo", "k"},
                                                                                   {"mega", "M"},
                                                                                   {"giga", "G"},
                                                                                   {"tera", "T"},
                                                                                   {"peta", "P"},
                                                                                   {"kibi", "Ki"},
                                                                                   {"mebi", "Mi"},
                                                                                   {"gibi", "Gi"},
                                                                                   {"tebi", "Ti"}}};
  if (text.empty()) return Prefix{""};
  const std::string small = lower(text);
  for (const auto& [word, name] : words)
    if (small == word) return Prefix{std::string(name)};
  constexpr std::array<std::string_view, 9> names = {"k",  "M",  "G",  "T", "P",
                                                     "Ki", "Mi", "Gi", "Ti"};
  for (const std::string_view name : names)
    if (small == lower(name)) return Prefix{std::string(name), text == name, text == "K"};
  return std::nullopt;
}

enum class Base : std::uint8_t { bits, bytes, letter_b, nothing };

// Takes the word for bits or bytes off the end.
Base take_base(std::string& text) {
  constexpr std::array<std::string_view, 3> bytes = {"bytes", "byte", "octets"};
  constexpr std::array<std::string_view, 2> bits = {"bits", "bit"};
  if (take_any(text, bytes)) return Base::bytes;
  if (take_any(text, bits)) return Base::bits;
  if (text.ends_with('B')) return text.pop_back(), Base::bytes;
  if (text.ends_with('b')) return text.pop_back(), Base::letter_b;
  return Base::nothing;
}

Meanings spelt(const Prefix& prefix, bool bytes, std::string_view per) {
  Meanings all = {prefix.name + (bytes ? "B" : "bit") + std::string(per)};
  if (bytes && prefix.is_k) all.push_back("KiB" + std::string(per));
  return all;
}

Meanings both(const Prefix& prefix, bool bytes_first, std::string_view per) {
  Meanings all = spelt(prefix, bytes_first, per);
  all.push_back(prefix.name + (bytes_first ? "bit" : "B") + std::string(per));
  return all;
}

// Of networks, a small b is a bit: "Gb/s", "gbps". Of memory, people write it for bytes too.
Meanings meanings_of_sizes(std::string unit, bool rate) {
  const std::string_view per = rate ? "/s" : "";
  bool by_ps = false;
  const bool per_word = take_any(unit, per_second);
  if (!per_word && unit.size() > 2) {
    by_ps = take_off(unit, "ps");
    if (by_ps && lower(unit.substr(unit.size() - 1)) != "b" && !lower(unit).ends_with("bit"))
      return {};
  }
  if ((per_word || by_ps) && !rate) return {};
  const Base base = take_base(unit);
  const auto prefix = prefix_of(unit);
  if (!prefix || (base == Base::nothing && unit.empty())) return {};
  switch (base) {
    case Base::bytes:
      return spelt(*prefix, true, per);
    case Base::bits:
      return spelt(*prefix, false, per);
    case Base::letter_b:
      if (!rate) return both(*prefix, true, per);
      return by_ps || prefix->is_proper ? spelt(*prefix, false, per) : both(*prefix, false, per);
    case Base::nothing:
      break;
  }
  if (rate) return both(*prefix, false, per);
  Meanings all = spelt(*prefix, true, per);
  if (prefix->name.size() == 1 && prefix->name != "P" && all.size() == 1)
    all.push_back((prefix->name == "k" ? "K" : prefix->name) + "iB");
  return all;
}

Meanings meanings_of_flops(std::string unit) {
  constexpr std::array<std::string_view, 4> bases = {"flops", "flop", "f", ""};
  (void)take_any(unit, per_second);
  for (const std::string_view base : bases) {
    std::string rest = unit;
    if (!take_off(rest, base)) continue;
    const auto prefix = prefix_of(rest);
    const bool decimal = prefix && prefix->name.size() < 2;
    if (decimal && !unit.empty()) return {prefix->name + "FLOP/s"};
  }
  return {};
}

}  // namespace

std::vector<std::string> unit_meanings(std::string_view unit, Dimension dimension) {
  const std::string text = plain(unit);
  switch (dimension) {
    case Dimension::seconds:
      return meanings_of_seconds(text);
    case Dimension::bytes:
      return meanings_of_sizes(text, false);
    case Dimension::bytes_per_second:
      return meanings_of_sizes(text, true);
    case Dimension::flops_per_second:
      break;
  }
  return meanings_of_flops(text);
}

}  // namespace lockstep
