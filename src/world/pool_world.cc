#include <string_view>

namespace roost::world {

extern const std::string_view kPoolWorld;

const std::string_view kPoolWorld =
    R"yaml(# A pool of machines that runs jobs, in HTCondor's words. Each document is one cluster of jobs.
world: pool
about: Machines have slots; users submit clusters of jobs; each job leaves the results of its runs.

parameters:
  machines: 40
  users: 12

document:
  name: cluster
  fields:
    ClusterId: {sequence: {start: 1}}
    SubmitTime: {time: {start: 2026-03-02T06:00:00Z, every: 2min, spread: 90s, precision: ms}}
    Schedd: {choice: [submit-1.pool.example, submit-2.pool.example]}

tables:
  machines:
    once: $machines
    key: MachineId
    fields:
      MachineId: {sequence: {start: 1}}
      Machine: {text: "node{MachineId:03}.pool.example"}
      Arch: {choice: {X86_64: 9, aarch64: 1}}
      OpSysAndVer: {choice: {Debian12: 6, AlmaLinux9: 3, Ubuntu24: 2}}
      TotalMemory: {choice: [65536, 131072, 262144, 524288]}
      Site: {pattern: "rack-[A-F][0-9]"}

  slots:
    per: machines
    count: {weights: {4: 2, 8: 4, 16: 1}}
    key: Name
    fields:
      SlotId: {index: {start: 1}}
      MachineId: {from: machines.MachineId}
      Machine: {from: machines.Machine, hidden: true}
      Name: {text: "slot{SlotId}@{Machine}"}
      Cpus: {int: {weights: {1: 8, 2: 2, 4: 1}}}
      Gpus: {int: {weights: {0: 9, 1: 1}}, absent: 0.5}

  users:
    once: $users
    key: Owner
    fields:
      number: {sequence: {start: 1}, hidden: true}
      Owner: {text: "user{number:02}"}
      AccountingGroup: {choice: {physics: 5, biology: 3, weather: 2}}
      Email: {text: "{Owner}@pool.example", nullable: 0.1}

  jobs:
    rows: {exponential: [12], between: [1, 60]}
    key: [ClusterId, ProcId]
    fields:
      ClusterId: {from: document.ClusterId}
      ProcId: {index: {start: 0}}
      Owner: {ref: {table: users, popularity: 3}}
      Cmd: {choice: [/opt/sim/run.sh, /opt/fit/fit, /usr/bin/python3, /opt/blast/blastn]}
      Args: {pattern: "--seed [0-9]{6} --part [0-9]{1,3}"}
      RequestCpus: {int: {weights: {1: 10, 2: 3, 4: 1, 8: 1}}}
      RequestMemory: {int: {lognormal: [2000, 0.7], between: [128, 65536]}, unit: {is: MB, other: KB, factor: 1024}}
      QDate: {time: {start: 2026-03-02T06:00:00Z, every: 2min, spread: 5s, as: epoch}}
      JobPrio: {int: {weights: {0: 20, 5: 2, -5: 1, 10: 1}}}
      Environment:
        absent: 0.6
        object:
          OMP_NUM_THREADS: {formula: RequestCpus}
          TMPDIR: /scratch

  results:
    per: jobs
    count: {weights: {1: 20, 2: 2, 3: 1}}
    key: [ClusterId, ProcId, Run]
    fields:
      ClusterId: {from: jobs.ClusterId}
      ProcId: {from: jobs.ProcId}
      Run: {index: {start: 1}}
      RemoteHost: {ref: {table: slots, popularity: 2}}
      StartDate: {time: {start: 2026-03-02T06:02:00Z, every: 2min, spread: 3h, as: epoch}}
      RemoteWallClockTime: {number: {lognormal: [900, 1.3], between: [1, 172800], decimals: 1}, unit: {is: s, other: ms, factor: 1000}}
      CpuShare: {number: {normal: [0.9, 0.1], between: [0.05, 1], decimals: 3}}
      ExitCode: {int: {weights: {0: 93, 1: 4, 2: 1, 137: 1, 139: 1}}}
      MemoryUsage: {int: {lognormal: [1500, 0.7], between: [40, 65536]}, nullable: 0.02}
      OutputFiles: {list: {of: {pattern: "out_[0-9]{4}\\.root"}, count: {between: [0, 4]}}}

rules:
  - name: cpus_fit
    table: jobs
    holds: RequestCpus >= 1
    break: {RequestCpus: "0 - RequestCpus"}
)yaml";

}  // namespace roost::world
