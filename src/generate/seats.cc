// How seats are dealt
// ===================
//
// Document d brings classes and students. Its students enroll in classes of this document and of
// the window before it, never in later ones. Three things must hold for ever, while each document
// is computed alone: no class gets more enrollments than it has seats, no student gets the same
// class twice, and every student gets as many classes as wished.
//
// Let S_c be the seats of class c (capacity times utilization, rounded down), T their sum over the
// document's classes and E the sum of its students' wishes. The plan (plan.h) has checked T >= E.
//
// 1. The document keeps E seats for its own students: Q_c of class c, as evenly as the S_c allow.
// An
//    even division is the one that serves most (Gale and Ryser; the plan has checked that it does),
//    so whatever happens, the students could all be served from Q.
// 2. Of the T - E others, up to `earlier` * E are offered to the window's documents, A_c of class
// c,
//    more of popular classes: A_c <= S_c - Q_c. Offers are numbered 0, 1, ... within the document,
//    and a permutation that is keyed by the document deals number p to the document that is
//    permutation^-1(p mod W) + 1 further on. So document d finds the offers made to it with one
//    permuted number for each of the W documents before it.
// 3. Document d takes offers first: no offer is made to two documents, so nothing is taken twice,
// and
//    nobody need know whether it was taken at all. Offers it does not want stay empty. An offer
//    that finds no student who lacks the class is left out.
// 4. What its students still lack comes from its own classes, out of S_c - A_c >= Q_c. Offers have
//    only made needs smaller, so this can be served: seats are chosen by popularity where Gale and
//    Ryser allow it, else more evenly, at last like Q; then, class by class, the largest first,
//    seats go to the students who lack most (Ryser's construction, which never fails where it can
//    be done).
//
// In the first documents a student may wish for more classes than are open at all; there alone is a
// wish cut. A class that is to be over-full (fault over_capacity) offers nothing, so that its
// enrollments are all in its own document. Damaged documents offer nothing either.

#include "generate/seats.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include "generate/fault_plan.h"
#include "generate/water_fill.h"

namespace roost::generate {

SeatDealer::SeatDealer(const Program& program, int table)
    : program_(program),
      table_(table),
      column_(program.table(table).columns[static_cast<size_t>(program.table(table).seat)]),
      parent_(column_.pick.table),
      deal_key_(column_.key + 2),
      facts_(std::bit_ceil(column_.pick.window + 1)),
      parents_(program, parent_) {}

uint64_t SeatDealer::ParentRow(uint64_t document, size_t index) const {
  return document * program_.table(parent_).max_count + index;
}

const SeatDealer::Facts& SeatDealer::FactsOf(uint64_t document) {
  Facts& facts = facts_[document & (facts_.size() - 1)];
  if (facts.document == document) return facts;
  facts.document = document;
  ComputeSeats(document, &facts);
  ComputeOffers(document, &facts);
  return facts;
}

void SeatDealer::ComputeSeats(uint64_t document, Facts* facts) {
  parents_.Reset(program_, parent_);
  uint64_t n = program_.Count(parent_, document);
  for (uint64_t i = 0; i < n; ++i) parents_.rows().push_back(ParentRow(document, i));
  const Values& capacity = parents_.Get(column_.capacity);
  facts->seats.resize(n);
  facts->weights.resize(n);
  for (size_t i = 0; i < n; ++i) {
    double seats = std::floor(static_cast<double>(capacity.numbers[i]) * column_.utilization);
    facts->seats[i] = seats > 0 ? static_cast<uint32_t>(seats) : 0;
    uint64_t bits = Draw(column_.key, ParentRow(document, i));
    facts->weights[i] = column_.pick.skew.is_even() ? 1 : 1 + (column_.pick.skew.Power(bits) >> 44);
  }
}

void SeatDealer::ComputeOffers(uint64_t document, Facts* facts) {
  size_t n = facts->seats.size();
  facts->offers.assign(n, 0);
  facts->offered = 0;
  facts->deal_key = Draw(deal_key_, document);
  if (program_.IsLost(document)) return;
  FindWishes(document);
  uint64_t kept = 0, total = 0;
  for (uint32_t wish : wishes_) kept += std::min<uint64_t>(wish, n);
  limits_ = facts->seats;
  for (uint32_t& limit : limits_) {
    total += limit;
    limit = std::min(limit, static_cast<uint32_t>(wishes_.size()));
  }
  alike_.assign(n, 1);
  WaterFill(kept, alike_, limits_, &equal_);
  for (size_t i = 0; i < n; ++i) {
    bool overfull = program_.faults && program_.faults->IsOverfull(parent_, ParentRow(document, i));
    limits_[i] = overfull ? 0 : facts->seats[i] - equal_[i];
  }
  auto wanted = static_cast<uint64_t>(column_.pick.earlier * static_cast<double>(kept) + 0.5);
  WaterFill(std::min(wanted, total - std::min(kept, total)), facts->weights, limits_,
            &facts->offers);
  facts->offered = std::accumulate(facts->offers.begin(), facts->offers.end(), uint32_t{0});
}

void SeatDealer::FindWishes(uint64_t document) {
  const TableProgram& table = program_.table(table_);
  if (table.owner == kDocument) {
    wishes_.assign(program_.Count(table_, document), 1);
  } else {
    program_.CountSiblings(table_, document, &wishes_);
  }
}

void SeatDealer::FindOwners(uint64_t document, SeatDeal* deal) {
  FindWishes(document);
  const TableProgram& table = program_.table(table_);
  int rows_of = table.owner == kDocument ? table_ : table.owner;
  uint64_t first = document * program_.table(rows_of).max_count;
  deal->owners.resize(wishes_.size());
  for (size_t i = 0; i < wishes_.size(); ++i) {
    deal->owners[i].row = first + i;
    deal->owners[i].wish = wishes_[i];
    deal->owners[i].classes.clear();
  }
}

void SeatDealer::FindArrivals(uint64_t document, uint64_t wanted) {
  arrivals_.clear();
  next_arrival_ = 0;
  uint64_t window = column_.pick.window;
  for (uint64_t lag = 1; lag <= std::min(window, document); ++lag) {
    const Facts& facts = FactsOf(document - lag);
    if (facts.offered == 0) continue;
    uint64_t offer = Permutation(facts.deal_key, window)(lag - 1);
    size_t index = 0;
    uint64_t passed = 0;
    for (; offer < facts.offered; offer += window) {
      while (offer >= passed + facts.offers[index]) passed += facts.offers[index++];
      arrivals_.push_back(ParentRow(document - lag, index));
    }
  }
  Permutation order(Draw(deal_key_ + 2, document), arrivals_.size());
  order_.resize(arrivals_.size());
  for (size_t i = 0; i < arrivals_.size(); ++i) order_[i] = arrivals_[order(i)];
  arrivals_.assign(order_.begin(), order_.begin() + static_cast<int64_t>(
                                                        std::min<uint64_t>(wanted, order_.size())));
}

bool SeatDealer::TakeArrival(SeatDeal::Owner* owner) {
  while (next_arrival_ < arrivals_.size()) {
    uint64_t row = arrivals_[next_arrival_++];
    if (std::find(owner->classes.begin(), owner->classes.end(), row) != owner->classes.end())
      continue;
    owner->classes.push_back(row);
    return true;
  }
  return false;
}

// Whoever wishes for more classes than this document has comes first.
void SeatDealer::DealArrivals(SeatDeal* deal, size_t own_classes) {
  for (auto& owner : deal->owners) {
    while (owner.wish > own_classes + owner.classes.size() && TakeArrival(&owner)) {
    }
  }
  Permutation order(Draw(deal_key_ + 4, deal->owners.empty() ? 0 : deal->owners[0].row),
                    deal->owners.size());
  order_.resize(deal->owners.size());
  for (size_t i = 0; i < order_.size(); ++i) order_[i] = order(i);
  for (bool taken = true; taken;) {
    taken = false;
    for (size_t i = 0; i < deal->owners.size(); ++i) {
      SeatDeal::Owner& owner = deal->owners[order_[i]];
      if (owner.classes.size() < owner.wish && TakeArrival(&owner)) taken = true;
    }
  }
}

void SeatDealer::ChooseOwnSeats(const Facts& facts, size_t owners) {
  uint64_t total = std::accumulate(needs_.begin(), needs_.end(), uint64_t{0});
  limits_.resize(facts.seats.size());
  for (size_t i = 0; i < limits_.size(); ++i) {
    limits_[i] = std::min(facts.seats[i] - facts.offers[i], static_cast<uint32_t>(owners));
  }
  alike_ = facts.weights;
  while (true) {
    WaterFill(total, alike_, limits_, &own_seats_);
    bool even = std::all_of(alike_.begin(), alike_.end(), [](uint64_t w) { return w == 1; });
    if (even || CanServe(needs_, own_seats_)) return;
    for (uint64_t& weight : alike_)
      weight = 1 + static_cast<uint64_t>(std::sqrt(static_cast<double>(weight - 1)) / 2);
  }
}

void SeatDealer::DealOwn(uint64_t document, SeatDeal* deal) {
  const Facts& facts = FactsOf(document);
  size_t n = facts.seats.size(), owners = deal->owners.size();
  needs_.resize(owners);
  for (size_t i = 0; i < owners; ++i) {
    const auto& owner = deal->owners[i];
    needs_[i] = static_cast<uint32_t>(std::min<size_t>(owner.wish - owner.classes.size(), n));
  }
  ChooseOwnSeats(facts, owners);
  deal->own_used.assign(n, 0);
  deal->own_left.resize(n);
  std::vector<size_t> by_size(n);
  std::iota(by_size.begin(), by_size.end(), size_t{0});
  std::stable_sort(by_size.begin(), by_size.end(),
                   [&](size_t a, size_t b) { return own_seats_[a] > own_seats_[b]; });
  order_.resize(owners);
  for (size_t index : by_size) {
    // Largest need first; alike needs by chance.
    uint64_t chance = Draw(deal_key_ + 6, ParentRow(document, index));
    for (size_t i = 0; i < owners; ++i) {
      chance = chance * 0xd1342543de82ef95 + 1;
      order_[i] = (uint64_t{needs_[i]} << 48) | (chance >> 48 << 32) | i;
    }
    size_t taken = std::min<size_t>(own_seats_[index], owners);
    if (taken < owners) {
      std::nth_element(order_.begin(), order_.begin() + static_cast<int64_t>(taken), order_.end(),
                       std::greater<>());
    }
    for (size_t i = 0; i < taken; ++i) {
      auto at = static_cast<size_t>(order_[i] & 0xffffffff);
      if (needs_[at] == 0) continue;
      --needs_[at];
      deal->owners[at].classes.push_back(ParentRow(document, index));
      ++deal->own_used[index];
    }
  }
  for (size_t i = 0; i < n; ++i)
    deal->own_left[i] = facts.seats[i] - facts.offers[i] - deal->own_used[i];
}

void SeatDealer::Deal(uint64_t document, SeatDeal* deal) {
  FindOwners(document, deal);
  uint64_t wishes = 0;
  for (const auto& owner : deal->owners) wishes += owner.wish;
  auto wanted = static_cast<uint64_t>(column_.pick.earlier * static_cast<double>(wishes) + 0.5);
  // A wish for more classes than the document has can only be met from earlier ones.
  FindArrivals(document, wanted);
  DealArrivals(deal, FactsOf(document).seats.size());
  DealOwn(document, deal);
}

}  // namespace roost::generate
