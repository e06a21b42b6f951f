#include "base/disk_entry.h"
#include "report/runs.h"
#include "roost/report.h"

namespace roost {

Result<std::vector<std::string>> WriteReports(const ValidationReport& report,
                                              const WriteReportsOptions& options) {
  const std::string json = ReportJson(report);
  std::vector<std::string> paths = {
      options.json_file.empty() ? options.folder + "/" + kQualityJsonFile : options.json_file,
      options.folder + "/" + kQualityMarkdownFile, options.folder + "/" + kQualityHtmlFile};
  ROOST_TRY(disk::ReplaceFile(paths[0], json));
  ROOST_TRY(disk::ReplaceFile(paths[1], ReportMarkdown(report)));
  ROOST_TRY(disk::ReplaceFile(paths[2], ReportHtml(report)));
  if (options.keep_run) ROOST_TRY(report::KeepRun(options.folder, report.run, json));
  return paths;
}

}  // namespace roost
