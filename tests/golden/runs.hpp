// The runs of a report, by their labels, with the figures that tests compare.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace lockstep::testing {

class Runs {
 public:
  using Json = nlohmann::ordered_json;

  explicit Runs(Json report) : report_(std::move(report)) {}

  [[nodiscard]] const Json& operator[](const std::string& label) const {
    for (const Json& run : report_["runs"])
      if (run["label"] == label) return run;
    FAIL("no run " << label);
    return report_;
  }
  [[nodiscard]] const Json& report() const { return report_; }
  [[nodiscard]] double at(const std::string& label, const char* pointer) const {
    return (*this)[label].at(Json::json_pointer(pointer)).get<double>();
  }
  [[nodiscard]] double speed(const std::string& label) const {
    return at(label, "/comparison/samples_per_s");
  }
  [[nodiscard]] double seconds(const std::string& label) const {
    return at(label, "/simulated/makespan_s");
  }
  [[nodiscard]] double bytes(const std::string& label) const {
    return at(label, "/simulated/bytes");
  }
  [[nodiscard]] double flops(const std::string& label) const {
    return at(label, "/simulated/flops/total");
  }
  [[nodiscard]] double stale(const std::string& label) const {
    return at(label, "/simulated/staleness/mean");
  }
  [[nodiscard]] double bubble(const std::string& label) const {
    return at(label, "/simulated/bubble_rate");
  }
  [[nodiscard]] double memory(const std::string& label, const std::string& of = "total") const {
    return at(label, ("/analytic/memory_bytes_per_worker/" + of).c_str());
  }
  [[nodiscard]] std::vector<std::string> labels() const {
    std::vector<std::string> all;
    for (const Json& run : report_["runs"]) all.push_back(run["label"]);
    return all;
  }
  // Whether these are ever faster.
  [[nodiscard]] bool rise(const std::vector<std::string>& labels) const {
    return std::ranges::is_sorted(labels, std::ranges::less(),
                                  [&](const std::string& label) { return speed(label); });
  }

 private:
  Json report_;
};

}  // namespace lockstep::testing
