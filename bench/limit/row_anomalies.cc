// Scores the rows of a table by src/anomaly, for bench/anomalies.py, which knows the true ones.
//
//   row_anomalies FILE ROWS COLUMNS METHOD SEED SAMPLE
//
// FILE holds doubles, row by row; METHOD is mean_rank or forest. The model is fitted to SAMPLE rows
// and scores all; FILE.scores gets a float for each row. Prints seconds of fitting and of scoring.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

#include "anomaly/row_model.h"

namespace {

using roost::anomaly::Numbers;
constexpr size_t kBlock = 256;

/// Of the processor, not of the wall: a busy machine does not change it.
double Seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

Numbers Pick(const std::vector<double>& cells, size_t columns, size_t first, size_t rows,
             double step) {
  Numbers picked;
  picked.rows = rows;
  for (size_t c = 0; c < columns; ++c) {
    auto& values = picked.columns.emplace_back();
    for (size_t i = 0; i < rows; ++i) {
      auto row = first + static_cast<size_t>(static_cast<double>(i) * step);
      values.push_back(static_cast<float>(cells[row * columns + c]));
    }
  }
  return picked;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) return 2;
  size_t rows = std::strtoul(argv[2], nullptr, 10), columns = std::strtoul(argv[3], nullptr, 10);
  size_t sampled = std::min<size_t>(rows, std::strtoul(argv[6], nullptr, 10));
  std::vector<double> cells(rows * columns);
  std::ifstream(argv[1], std::ios::binary)
      .read(reinterpret_cast<char*>(cells.data()), static_cast<std::streamsize>(cells.size() * 8));
  roost::anomaly::RowModel::Options options;
  if (std::string(argv[4]) == "forest") options.method = roost::anomaly::RowMethod::kForest;
  options.seed = std::strtoul(argv[5], nullptr, 10);
  double start = Seconds();
  double step = static_cast<double>(rows) / static_cast<double>(sampled);
  roost::anomaly::RowModel model(Pick(cells, columns, 0, sampled, step), options);
  double fitting = Seconds() - start;
  std::vector<Numbers> blocks;
  for (size_t first = 0; first < rows; first += kBlock) {
    blocks.push_back(Pick(cells, columns, first, std::min(kBlock, rows - first), 1));
  }
  std::vector<float> scores;
  start = Seconds();
  for (const Numbers& block : blocks) {
    for (float score : model.Surprise(block)) scores.push_back(score);
  }
  std::printf("%.6f %.6f\n", fitting, Seconds() - start);
  std::ofstream(std::string(argv[1]) + ".scores", std::ios::binary)
      .write(reinterpret_cast<const char*>(scores.data()),
             static_cast<std::streamsize>(scores.size() * 4));
  return 0;
}
