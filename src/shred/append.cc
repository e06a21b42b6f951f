#include "shred/append.h"

#include <utility>

namespace roost::shred {
namespace {

constexpr uint32_t kFirstSlots = 128;
constexpr uint32_t kTrialEntries = 1024;  // giving up earlier killed dictionaries that paid

void InsertSlot(Dictionary& dictionary, uint32_t hash, uint32_t code) {
  uint32_t slot = hash & dictionary.mask;
  while (dictionary.slots[slot] != ~0ull) slot = (slot + 1) & dictionary.mask;
  dictionary.slots[slot] = static_cast<uint64_t>(hash) << 32 | code;
}

void GrowSlots(Dictionary& dictionary) {
  uint32_t count = dictionary.mask ? (dictionary.mask + 1) * 2 : kFirstSlots;
  dictionary.slots.Release();
  dictionary.slots.Reserve(count);
  std::memset(dictionary.slots.data(), 0xff, count * sizeof(uint64_t));
  dictionary.mask = count - 1;
  for (uint32_t code = 0; code < dictionary.entries.size(); ++code) {
    const Dictionary::Entry& entry = dictionary.entries[code];
    InsertSlot(dictionary, DictionaryKey(entry.head, entry.length).hash, code);
  }
}

/// Forgets the null runs of rows from `rows` on and returns how many values lie before.
uint32_t TruncateNulls(Column& column, uint32_t rows) {
  uint32_t covered = column.values + column.nulls;
  if (covered <= rows) return column.values;
  uint32_t dropped_nulls = 0;
  auto& runs = column.null_runs;
  while (!runs.empty() && runs.back().row + runs.back().count > rows) {
    NullRun& run = runs.back();
    uint32_t kept = run.row < rows ? rows - run.row : 0;
    dropped_nulls += run.count - kept;
    run.count = kept;
    if (kept) break;
    runs.pop_back();
  }
  column.nulls -= dropped_nulls;
  return column.values - (covered - rows - dropped_nulls);
}

}  // namespace

int64_t AddCode(Column& column, const DictionaryKey& key) {
  Dictionary& dictionary = column.dictionary;
  size_t count = dictionary.entries.size();
  bool is_trial_over = (count & (kTrialEntries - 1)) == kTrialEntries - 1;
  uint64_t uses = column.dictionary_uses + column.values;
  if (count >= Dictionary::kMaxEntries || (is_trial_over && count * 4 > uses)) {
    GiveUpDictionary(column);
    return -1;
  }
  if ((count + 1) * 2 > dictionary.mask) GrowSlots(dictionary);
  Dictionary::Entry entry;
  key.head.Store(entry.head);
  entry.length = key.length;
  dictionary.entries.Push(entry);
  InsertSlot(dictionary, key.hash, static_cast<uint32_t>(count));
  return static_cast<int64_t>(count);
}

void GiveUpDictionary(Column& column) {
  column.layout = Layout::kText;
  column.never_dictionary = true;
  column.text.Clear();
  uint32_t count = std::exchange(column.values, 0);
  for (uint32_t i = 0; i < count; ++i) {
    // A code is read before the place of its text takes its slot.
    const Dictionary::Entry& entry = column.dictionary.entries[column.codes[i]];
    PutText(column, entry.head, entry.length);
  }
  column.dictionary.slots.Release();
  column.dictionary.mask = 0;
}

void ForgetDictionary(Column& column) {
  column.dictionary.entries.Clear();
  if (column.layout != Layout::kDictionary) column.dictionary.entries.Release();
  if (column.dictionary.mask != 0) {
    std::memset(column.dictionary.slots.data(), 0xff,
                (size_t{column.dictionary.mask} + 1) * sizeof(uint64_t));
  }
  column.dictionary_uses = 0;
}

void ClearValues(Column& column) {
  if (column.layout == Layout::kDictionary) column.dictionary_uses += column.values;
  column.values = column.nulls = 0;
  column.null_runs.clear();
  column.text.Clear();
  column.list_lengths.Clear();
  if (column.element) ClearValues(*column.element);
}

void TruncateRows(Column& column, uint32_t rows) {
  uint32_t values = TruncateNulls(column, rows);
  if (values == column.values) return;
  if (column.layout == Layout::kText) column.text.SetSize(column.codes[values]);
  if (column.layout == Layout::kList) {
    uint32_t items = column.element->values + column.element->nulls;
    for (uint32_t i = values; i < column.values; ++i) items -= column.list_lengths[i];
    column.list_lengths.SetSize(values);
    TruncateRows(*column.element, items);
  }
  column.values = values;
}

}  // namespace roost::shred
