// Where the races are
// ===================
//
// Every worker takes the next file number, makes up teachers, classes, students and enrollments for
// it, and writes the file. Ids follow from the file number, so they never collide; but a worker
// enrolls its students in "any class that must be there by now": up to the classes of the files
// that the other workers are making at this very moment. It neither looks whether those files are
// written nor waits for them.
//
// - Race 1: such a file may be finished after this one. Who reads what is there finds an enrollment
//   whose class does not exist yet; and behind the last files it never will.
// - Race 2: nobody counts. Each worker sees its own enrollments only, so popular classes get more
//   students than they hold.
// - No race, just no care: age and grade are drawn apart from each other, and pairs are not
// checked,
//   so a student may be in one class twice.

#include <atomic>
#include <chrono>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include "base/disk.h"
#include "base/json_text.h"
#include "base/status.h"
#include "roost/original.h"

namespace roost {
namespace original {
namespace {

constexpr int64_t kTeachers = 2, kClasses = 4, kStudents = 20;  // in each file

class Worker {
 public:
  Worker(const OriginalGenerateOptions& options, std::atomic<uint64_t>& next_number)
      : options_(options), next_number_(next_number) {}

  Status Run(OriginalGenerateResult* result) {
    while (!(options_.should_stop && options_.should_stop())) {
      uint64_t number = next_number_.fetch_add(1);
      if (number >= options_.num_results) return Status::OK();
      std::string text = MakeFile(number);
      ROOST_TRY(WriteFile(number, text));
      ++result->files;
      result->bytes += text.size();
    }
    result->stopped = true;
    return Status::OK();
  }

 private:
  int64_t Random(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(random_() % static_cast<uint64_t>(high - low + 1));
  }

  // Any row of the files that are made by now or surely are being made. Race 1: nobody looks.
  int64_t AnyOf(uint64_t number, int64_t per_file) {
    auto files = static_cast<int64_t>(number + options_.workers);
    // Popular ones are the same for all: the square of a random share comes often near its end.
    double share = static_cast<double>(random_() >> 11) * 0x1p-53;
    return 1 +
           static_cast<int64_t>((1 - share * share) * static_cast<double>(files * per_file - 1));
  }

  static void Add(std::string& json, const char* key, int64_t value) {
    json += (json.back() == '{' ? "\"" : ",\"") + std::string(key) + "\":" + std::to_string(value);
  }

  static void Add(std::string& json, const char* key, const std::string& text) {
    json += (json.back() == '{' ? "\"" : ",\"") + std::string(key) + "\":";
    AppendJsonString(json, text);
  }

  template <class Row>
  static void AddRows(std::string& json, const char* name, int64_t count, Row row) {
    json += ",\"" + std::string(name) + "\":[";
    for (int64_t i = 0; i < count; ++i) {
      json += i == 0 ? "{" : ",{";
      row(i);
      json += "}";
    }
    json += "]";
  }

  std::string MakeFile(uint64_t number) {
    random_.seed(options_.seed * 1'000'003 + number);
    auto first = static_cast<int64_t>(number);
    std::string json = "{";
    Add(json, "job_id", first + 1);
    AddRows(json, "teachers", kTeachers, [&](int64_t i) {
      Add(json, "teacher_id", first * kTeachers + i + 1);
      Add(json, "name", "Teacher " + std::to_string(Random(1, 999)));
    });
    AddRows(json, "classes", kClasses, [&](int64_t i) {
      Add(json, "class_id", first * kClasses + i + 1);
      Add(json, "teacher_id", AnyOf(number, kTeachers));
      Add(json, "capacity", Random(10, 20));
    });
    AddRows(json, "students", kStudents, [&](int64_t i) {
      Add(json, "student_id", first * kStudents + i + 1);
      Add(json, "name", "Student " + std::to_string(Random(1, 9999)));
      Add(json, "age", Random(6, 18));
      Add(json, "grade", Random(0, 12));
    });
    AddRows(json, "enrollments", Random(30, 70), [&](int64_t) {
      Add(json, "student_id", first * kStudents + Random(1, kStudents));
      Add(json, "class_id", AnyOf(number, kClasses));  // Race 2: nobody counts.
      Add(json, "score", Random(0, 100));
    });
    return json + "}\n";
  }

  Status WriteFile(uint64_t number, const std::string& text) {
    std::string digits = std::to_string(number);
    std::string path = options_.output_dir + "/result_" +
                       std::string(6 - std::min<size_t>(6, digits.size()), '0') + digits + ".json";
    std::ignore = disk::RemoveFile(path);
    ROOST_ASSIGN(disk::File file, disk::File::Create(path));
    ROOST_TRY(file.Write(text));
    return file.Close();
  }

  const OriginalGenerateOptions& options_;
  std::atomic<uint64_t>& next_number_;
  std::mt19937_64 random_;
};

}  // namespace
}  // namespace original

Result<OriginalGenerateResult> GenerateOriginal(const OriginalGenerateOptions& options) {
  ROOST_ASSIGN(disk::EntryKind kind, disk::Look(options.output_dir));
  if (kind == disk::EntryKind::kMissing) ROOST_TRY(disk::MakeFolder(options.output_dir));
  auto started = std::chrono::steady_clock::now();
  std::atomic<uint64_t> next_number{0};
  std::vector<OriginalGenerateResult> results(options.workers);
  std::vector<Status> statuses(options.workers);
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < options.workers; ++i) {
    threads.emplace_back(
        [&, i] { statuses[i] = original::Worker(options, next_number).Run(&results[i]); });
  }
  for (std::thread& thread : threads) thread.join();
  OriginalGenerateResult sum;
  for (unsigned i = 0; i < options.workers; ++i) {
    ROOST_TRY(statuses[i]);
    sum.files += results[i].files;
    sum.bytes += results[i].bytes;
    sum.stopped |= results[i].stopped;
  }
  sum.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return sum;
}

}  // namespace roost
