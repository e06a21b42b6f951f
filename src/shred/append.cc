#include "shred/append.h"

#include <xxhash.h>

#include <utility>

namespace roost::shred {
namespace {

constexpr size_t kKeptWords = 1 << 20, kKeptText = 32 << 20;
constexpr uint32_t kFirstSlots = 128;
constexpr uint32_t kTrialEntries = 1024;  // giving up earlier killed dictionaries that paid
constexpr size_t kTrialLongBytes = 64 << 10;

uint32_t HashLong(std::string_view text) {
  return static_cast<uint32_t>(XXH3_64bits(text.data(), text.size()) >> 33);
}

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
    bool is_short = entry.length <= Dictionary::kShort;
    uint32_t hash = is_short ? DictionaryKey(entry.head, entry.length).hash
                             : HashLong(dictionary.TextOf(entry));
    InsertSlot(dictionary, hash, code);
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

/// Adds an entry, or gives the dictionary up: when it is full, or at the end of a trial (of so many
/// entries, or by `is_trial_over`) when its entries were not used four times each.
int64_t AddEntry(Column& column, const Dictionary::Entry& entry, uint32_t hash,
                 bool is_trial_over) {
  Dictionary& dictionary = column.dictionary;
  size_t count = dictionary.entries.size();
  is_trial_over |= (count & (kTrialEntries - 1)) == kTrialEntries - 1;
  uint64_t uses = column.dictionary_uses + column.values;
  if (count >= Dictionary::kMaxEntries || (is_trial_over && count * 4 > uses)) {
    GiveUpDictionary(column);
    return -1;
  }
  if ((count + 1) * 2 > dictionary.mask) GrowSlots(dictionary);
  dictionary.entries.Push(entry);
  InsertSlot(dictionary, hash, static_cast<uint32_t>(count));
  return static_cast<int64_t>(count);
}

}  // namespace

int64_t AddCode(Column& column, const DictionaryKey& key) {
  Dictionary::Entry entry;
  key.head.Store(entry.head);
  entry.length = key.length;
  entry.place = 0;
  return AddEntry(column, entry, key.hash, false);
}

int64_t CodeOfLongText(Column& column, const char* text, uint32_t length) {
  Dictionary& dictionary = column.dictionary;
  std::string_view wanted(text, length);
  uint32_t hash = HashLong(wanted);
  for (uint32_t slot = hash & dictionary.mask; dictionary.mask != 0;
       slot = (slot + 1) & dictionary.mask) {
    uint64_t word = dictionary.slots[slot];
    if (word == ~0ull) break;
    if (static_cast<uint32_t>(word >> 32) != hash) continue;
    if (dictionary.TextOf(dictionary.entries[static_cast<uint32_t>(word)]) == wanted)
      return static_cast<uint32_t>(word);
  }
  size_t bytes = dictionary.long_texts.size();
  if (bytes + length > Dictionary::kMaxLongBytes) {
    GiveUpDictionary(column);
    return -1;
  }
  Dictionary::Entry entry = {};
  entry.length = length;
  entry.place = static_cast<uint32_t>(bytes);
  bool is_trial_over = bytes / kTrialLongBytes != (bytes + length) / kTrialLongBytes;
  int64_t code = AddEntry(column, entry, hash, is_trial_over);
  if (code >= 0) dictionary.long_texts.Append(text, length);
  return code;
}

void GiveUpDictionary(Column& column) {
  column.layout = Layout::kText;
  column.never_dictionary = true;
  column.text.Clear();
  uint32_t count = std::exchange(column.values, 0);
  for (uint32_t i = 0; i < count; ++i) {
    // A code is read before the place of its text takes its slot.
    const Dictionary::Entry& entry = column.dictionary.entries[column.codes[i]];
    PutText(column, column.dictionary.TextOf(entry).data(), entry.length);
  }
  column.dictionary.slots.Release();
  column.dictionary.mask = 0;
}

void ForgetDictionary(Column& column) {
  column.dictionary.entries.Clear();
  column.dictionary.long_texts.Clear();
  if (column.layout != Layout::kDictionary) {
    column.dictionary.entries.Release();
    column.dictionary.long_texts.Release();
  }
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
  // What one long record needed is given back.
  if (column.words.capacity() > kKeptWords) column.words.Release();
  if (column.text.capacity() > kKeptText) column.text.Release();
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
