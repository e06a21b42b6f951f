#include "ingest/store_intake.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "base/byte_text.h"
#include "base/disk.h"
#include "base/disk_entry.h"
#include "ingest/root_names.h"
#include "ingest/row_changes.h"
#include "read/content_hash.h"
#include "read/path_text.h"
#include "store/compaction.h"
#include "store/place.h"
#include "store/table_change.h"

namespace roost::ingest {
namespace {

namespace fs = std::filesystem;

Result<ledger::Hash> ContentOf(const std::string& path, uint64_t bytes) {
  constexpr uint64_t kPiece = 1 << 20;
  ROOST_ASSIGN(disk::File file, disk::File::OpenForReading(path));
  read::ContentHash hash;
  std::string piece;
  for (uint64_t done = 0; done < bytes; done += piece.size()) {
    piece.resize(std::min(kPiece, bytes - done));
    ROOST_TRY(file.ReadAt(done, piece.data(), piece.size()));
    hash.Add(piece.data(), piece.size());
  }
  ROOST_TRY(file.Close());
  return ledger::Hash{hash.Value().high, hash.Value().low};
}

/// Whether the file did not end as a whole document, or sequence of them, does.
bool IsTorn(const FileOutcome& outcome) { return outcome.fault || outcome.rejects > 0; }

void TellSame(const Inputs& inputs, const Batch& batch, const std::vector<size_t>& places,
              std::vector<FileReport>& reports) {
  std::map<std::pair<uint64_t, uint64_t>, size_t> first;  // by content
  for (size_t i = 0; i < inputs.files.size(); ++i) {
    const read::FileFacts facts = batch.files()[i].facts;
    if (facts.bytes == 0) continue;
    auto [seen, is_new] = first.try_emplace({facts.hash_high, facts.hash_low}, i);
    if (!is_new) reports[places[i]].same_as = EncodeBytes(inputs.NameOf(seen->second));
  }
}

/// Nothing of pipes, and of what cannot be looked at.
Result<std::optional<ledger::InputFile>> LookAtFile(const IntakeFile& file, bool& is_regular) {
  if (file.seen) {
    const SeenFile& seen = *file.seen;
    return ledger::InputFile{read::AbsolutePath(file.path),
                             seen.device,
                             seen.inode,
                             seen.bytes,
                             seen.born,
                             seen.modified};
  }
  std::error_code error;
  const auto kind = fs::status(file.path, error).type();
  is_regular = file.path != "-" &&
               (error || kind == fs::file_type::regular || kind == fs::file_type::not_found);
  if (!is_regular) return std::nullopt;
  auto facts = disk::Examine(file.path);
  if (!facts.ok() || !*facts) return std::nullopt;
  return ledger::InputFile::Of(read::AbsolutePath(file.path), **facts);
}

}  // namespace

std::string SpoolFolder(const IngestOptions& options) {
  std::error_code ignored;
  const char* temporary = std::getenv("TMPDIR");
  if (options.dry_run) return temporary && *temporary ? temporary : "/tmp";
  auto path = fs::absolute(options.output_dir, ignored);
  path = fs::weakly_canonical(path, ignored);
  if (!path.has_filename()) path = path.parent_path();
  return path.parent_path().string();
}

Result<std::unique_ptr<StoreIntake>> StoreIntake::Open(const IngestOptions& options) {
  ROOST_ASSIGN(Config config, ReadConfig(options));
  std::error_code error;
  fs::path folder = fs::absolute(options.output_dir, error);
  fs::create_directories(folder, error);
  if (!error) folder = fs::canonical(folder, error);
  if (error)
    return Status::IOError("cannot make the output folder ", options.output_dir, ": ",
                           error.message());
  store::Place::Sweep(folder.string());
  ROOST_ASSIGN(auto writer, store::StoreWriter::Open(folder.string()));
  std::unique_ptr<StoreIntake> made(new StoreIntake(options, std::move(config), std::move(writer)));
  made->options_.output_dir = folder.string();
  ROOST_TRY(KeepConfig(made->config_, made->options_));
  made->TellRecovery();
  return made;
}

void StoreIntake::TellRecovery() {
  const ledger::Tidied& done = writer_->ledger().recovery();
  auto tell = [&](int64_t count, const char* what) {
    if (count > 0) recovery_.push_back(std::to_string(count) + " " + what);
  };
  tell(done.finished, "tables were brought to the last commit, which its writer had not finished");
  tell(done.views, "views were brought up to date");
  tell(done.writers, "writers had ended without a word");
  tell(done.parts, "parts that they had left behind were removed");
}

Result<std::vector<StoreIntake::Standing>> StoreIntake::LookAt(std::span<const IntakeFile> files) {
  std::vector<Standing> standings(files.size());
  std::vector<ledger::Candidate> candidates;
  std::vector<size_t> places;
  for (size_t i = 0; i < files.size(); ++i) {
    ROOST_ASSIGN(auto file, LookAtFile(files[i], standings[i].is_regular));
    if (!file) continue;  // reading it says what is wrong
    candidates.push_back(
        {std::move(*file), std::nullopt,
         files[i].moves_away ? ledger::KnownBy::kInstance : ledger::KnownBy::kPath});
    places.push_back(i);
  }
  ROOST_ASSIGN(auto verdicts, writer_->ledger().Classify(candidates));
  bool is_sure = true;
  for (size_t i = 0; i < candidates.size(); ++i) {
    if (verdicts[i].standing != ledger::Standing::kUnsure) continue;
    IntakeFile file = files[places[i]];
    file.seen.reset();  // it may have been taken as it is now
    ROOST_ASSIGN(auto now, LookAtFile(file, standings[places[i]].is_regular));
    if (now) candidates[i].file = std::move(*now);
    auto hash = ContentOf(files[places[i]].path, candidates[i].file.bytes);
    if (hash.ok()) candidates[i].hash = *hash;
    is_sure &= !hash.ok();
  }
  if (!is_sure) {
    ROOST_ASSIGN(verdicts, writer_->ledger().Classify(candidates));
  }
  for (size_t i = 0; i < candidates.size(); ++i) {
    Standing& standing = standings[places[i]];
    const ledger::Verdict& verdict = verdicts[i];
    if (verdict.standing == ledger::Standing::kKnown) standing.fate = FileFate::kKnown;
    if (verdict.standing != ledger::Standing::kChanged &&
        verdict.standing != ledger::Standing::kUnsure)
      continue;
    standing.fate = FileFate::kReplaced;
    standing.replaces = store::NumberRange{verdict.first_number, verdict.numbers};
  }
  return standings;
}

Result<std::vector<FileFate>> StoreIntake::Look(std::span<const IntakeFile> files) {
  ROOST_TRY(writer_->ledger().Refresh().status());
  ROOST_ASSIGN(auto standings, LookAt(files));
  std::vector<FileFate> fates;
  for (const Standing& standing : standings) fates.push_back(standing.fate);
  return fates;
}

Status StoreIntake::Tidy(Merging merging) {
  if (merging == Merging::kSmallParts) {
    store::SmallMergeOptions merge;
    merge.should_stop = options_.should_stop;
    merge.sketch = options_.sketch;
    ROOST_TRY(store::MergeSmallParts(*writer_, merge).status());
  }
  return writer_->ledger().Tidy().status();
}

Status StoreIntake::ReadPublished() {
  published_.clear();
  for (const std::string& name : writer_->ledger().Tables()) {
    ROOST_ASSIGN(auto facts, store::FactsOf(writer_->ledger().Table(name)));
    if (!facts) continue;
    std::string identity = facts->table.identity;
    published_.emplace(std::move(identity), std::move(facts->table));
  }
  return Status::OK();
}

Result<IntakeBatch> StoreIntake::Take(std::span<const IntakeFile> files) {
  std::vector<bool> torn(files.size());
  lost_a_race_ = false;
  for (;;) {
    IntakeBatch batch;
    ROOST_ASSIGN(bool done, TryOnce(files, torn, batch));
    if (done) return batch;
    if (options_.should_stop && options_.should_stop()) return StoppedStatus();
  }
}

/// The files of `files` that are to be read.
StoreIntake::Choice StoreIntake::Choose(std::span<const IntakeFile> files,
                                        const std::vector<bool>& torn, IntakeBatch& result) const {
  Choice choice;
  Inputs& inputs = choice.inputs;
  result.files.resize(files.size());
  for (size_t i = 0; i < files.size(); ++i) {
    const Standing& standing = standings_[i];
    result.files[i].fate = torn[i] ? FileFate::kTorn : standing.fate;
    if (torn[i]) result.files[i].reason = "it is not whole";
    result.result.files_known += standing.fate == FileFate::kKnown;
    if (torn[i] || standing.fate == FileFate::kKnown) continue;
    choice.places.push_back(i);
    inputs.files.Add({files[i].path, 0, standing.is_regular});
    inputs.names.push_back(files[i].name.empty() ? files[i].path : files[i].name);
    inputs.jobs.push_back(files[i].job);
    inputs.moves_away.push_back(files[i].moves_away);
    inputs.replaces.emplace_back();
    if (!standing.replaces) continue;
    inputs.replaces.back() = standing.replaces->first;
    choice.replaced.push_back(*standing.replaces);
  }
  return choice;
}

/// False if it must be done again: another was first, or a file was torn.
Result<bool> StoreIntake::TryOnce(std::span<const IntakeFile> files, std::vector<bool>& torn,
                                  IntakeBatch& result) {
  ROOST_TRY(writer_->ledger().Refresh().status());
  ROOST_TRY(ReadPublished());
  ROOST_ASSIGN(standings_, LookAt(files));
  const Choice choice = Choose(files, torn, result);
  const Inputs& inputs = choice.inputs;
  if (inputs.files.empty()) {
    result.result.account.balanced = true;
    return true;
  }
  ROOST_ASSIGN(RootNames roots, RootNames::Make(inputs.files, options_.table));
  read::Spools spools(SpoolFolder(options_), options_.should_stop);
  store::StoredRows rows(writer_->ledger(), options_.rewrite_bytes);
  Batch batch(options_, config_, inputs, roots, spools, writer_.get(), {&published_, &rows});
  ROOST_TRY(batch.Shred());
  bool is_whole = true;
  for (size_t i = 0; i < choice.places.size(); ++i) {
    const size_t file = choice.places[i];
    if (!files[file].must_be_whole || !IsTorn(batch.files()[i])) continue;
    torn[file] = true;
    is_whole = false;
  }
  if (!is_whole) return false;
  ROOST_TRY(batch.Write(result.result));
  ROOST_ASSIGN(ledger::Entry entry, batch.EntryOf(result.result));
  RowChanges changes(options_, *writer_, entry);
  const auto rewrites = batch.Rewrites();
  ROOST_TRY(changes.Make(rewrites, choice.replaced, published_));
  Offer offer{files, choice, batch, changes, entry, rewrites.empty() && choice.replaced.empty()};
  ROOST_ASSIGN(const bool won, Put(offer));
  if (!won) return false;
  result.result.notes.insert(result.result.notes.end(), changes.notes().begin(),
                             changes.notes().end());
  result.version = writer_->ledger().version();
  result.result.files_replaced = choice.replaced.size();
  Tell(choice, batch, result.files);
  return true;
}

void StoreIntake::Tell(const Choice& choice, const Batch& batch, std::vector<FileReport>& reports) {
  for (size_t i = 0; i < choice.places.size(); ++i) {
    const FileOutcome outcome = batch.files()[i];
    FileReport& report = reports[choice.places[i]];
    report.records = outcome.records;
    report.rejects = outcome.rejects;
    if (outcome.fault) report.reason = *outcome.fault;
    if (outcome.fault) report.fate = FileFate::kFaulty;
  }
  TellSame(choice.inputs, batch, choice.places, reports);
}

/// Commits the offer: again, where others were first whose commits leave it as it is. False if it
/// must be planned anew.
Result<bool> StoreIntake::Put(Offer& offer) {
  const std::string columns = ColumnsIn(offer.entry);
  for (;;) {
    if (lost_a_race_ || !offer.choice.replaced.empty()) {
      ROOST_ASSIGN(bool still, AreStill(offer.choice.inputs, offer.batch));
      lost_a_race_ |= !still;
      if (!still) return false;
    }
    Result<bool> won = writer_->ledger().Commit(offer.entry);
    lost_a_race_ = won.ok() && !*won;
    if (!lost_a_race_) {
      // An error leaves open whether the entry stands, which names them. If not, they are swept.
      offer.batch.Keep();
      offer.changes.Keep();
      return won;
    }
    ROOST_ASSIGN(bool holds, Holds(offer, columns));
    if (!holds || (options_.should_stop && options_.should_stop())) return false;
  }
}

/// Whether planning the offer anew, after the commits of others, would give the same parts: it only
/// adds rows, to tables whose columns are as they were, of files that nobody took.
Result<bool> StoreIntake::Holds(const Offer& offer, const std::string& columns) {
  if (!offer.only_adds) return false;
  for (const ledger::TableChange& change : offer.entry.tables)
    if (change.schema) return false;
  ROOST_TRY(writer_->ledger().Refresh().status());
  if (ColumnsIn(offer.entry) != columns) return false;
  ROOST_ASSIGN(auto standings, LookAt(offer.files));
  return std::ranges::equal(standings, standings_, {}, &Standing::fate, &Standing::fate);
}

/// The columns of all tables of an entry, as the store has them now.
std::string StoreIntake::ColumnsIn(const ledger::Entry& entry) {
  std::string all;
  for (const ledger::TableChange& change : entry.tables) {
    const ledger::Metadata& metadata = writer_->ledger().Table(change.table).metadata;
    all += metadata.schema;
    for (const auto& [key, value] : metadata.configuration) all += key + value;
  }
  return all;
}

/// What others may have taken meanwhile must not give way to an older look at it.
Result<bool> StoreIntake::AreStill(const Inputs& inputs, const Batch& batch) const {
  for (size_t i = 0; i < inputs.files.size(); ++i) {
    const read::FileFacts read = batch.files()[i].facts;
    if (!inputs.files.is_regular(i) || read.inode == 0) continue;
    ROOST_ASSIGN(auto facts, disk::Examine(inputs.files.path(i)));
    const bool is_still = facts && facts->device == read.device && facts->inode == read.inode &&
                          facts->bytes == read.bytes && facts->modified_ns == read.modified_ns;
    if (!is_still) return false;
  }
  return true;
}

}  // namespace roost::ingest

namespace roost {

Result<std::unique_ptr<Intake>> Intake::Open(const IngestOptions& options) {
  ROOST_ASSIGN(auto made, ingest::StoreIntake::Open(options));
  return std::unique_ptr<Intake>(std::move(made));
}

}  // namespace roost
