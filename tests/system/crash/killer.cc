// SPDX-License-Identifier: Apache-2.0
#include "tests/system/crash/killer.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/sockios.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <set>
#include <thread>
#include <vector>

#include "kernel/error.h"

namespace rxlease::tests {

namespace {

constexpr int options = PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK |
                        PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE;

constexpr std::array requests{SYS_sendmsg, SYS_sendto};

constexpr std::array changes{
    SYS_openat,  SYS_write,    SYS_pwrite64, SYS_writev,    SYS_sendto,     SYS_sendmsg,
    SYS_rename,  SYS_renameat, SYS_linkat,   SYS_unlink,    SYS_unlinkat,   SYS_renameat2,
    SYS_mkdir,   SYS_mkdirat,  SYS_rmdir,    SYS_ftruncate, SYS_fchmod,     SYS_fchmodat,
    SYS_flock,   SYS_fork,     SYS_vfork,    SYS_execve,    SYS_kill,       SYS_mount,
    SYS_umount2, SYS_chmod,    SYS_link,     SYS_symlinkat, SYS_exit_group, SYS_ioctl,
};

template <typename Calls>
bool contains(const Calls& calls, std::uint64_t number) {
  return std::find(calls.begin(), calls.end(), static_cast<long>(number)) != calls.end();
}

bool is_change(const __ptrace_syscall_info& call) {
  if (call.seccomp.nr == SYS_openat) return (call.seccomp.args[2] & (O_CREAT | O_TRUNC | O_TMPFILE)) != 0;
  if (call.seccomp.nr == SYS_ioctl) return call.seccomp.args[1] == SIOCETHTOOL;
  return contains(changes, call.seccomp.nr);
}

__ptrace_syscall_info current_call(pid_t process) {
  __ptrace_syscall_info info{};
  ptrace(PTRACE_GET_SYSCALL_INFO, process, sizeof(info), &info);
  return info;
}

// Has the kernel stop this process, and all that it starts, at these system calls, or without any at all of
// them: a tenth of the time that PTRACE_SYSCALL takes.
template <typename Calls>
void stop_at(const Calls& calls) {
  std::vector<sock_filter> filter{{BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, nr)}};
  for (const auto number : calls) {
    filter.push_back({BPF_JMP | BPF_JEQ | BPF_K, 0, 1, static_cast<std::uint32_t>(number)});
    filter.push_back({BPF_RET | BPF_K, 0, 0, SECCOMP_RET_TRACE});
  }
  filter.push_back({BPF_RET | BPF_K, 0, 0, calls.empty() ? SECCOMP_RET_TRACE : SECCOMP_RET_ALLOW});
  const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) _exit(126);
}

void go_on(pid_t process, int signal) {
  ptrace(PTRACE_CONT, process, nullptr, static_cast<std::intptr_t>(signal));
}

bool is_at_call(int status) {
  return status >> 8 == (SIGTRAP | PTRACE_EVENT_SECCOMP << 8);
}

// The signal that a stopped process has yet to get: tracing stops it with SIGTRAP and SIGSTOP of its own.
int pending_signal(int status) {
  const int signal = WSTOPSIG(status);
  return signal == SIGTRAP || signal == SIGSTOP ? 0 : signal;
}

}  // namespace

void Killer::Unmap::operator()(Report* report) const {
  munmap(report, sizeof(*report));
}

Killer::Killer(Moment moment) : moment_(moment) {
  void* memory = mmap(nullptr, sizeof(Report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) kernel::throw_errno("mmap");
  report_.reset(static_cast<Report*>(memory));
}

void Killer::take_over() const {
  const pid_t program = fork();
  if (program > 0) _exit(trace(program));
  setpgid(0, 0);
  if (program < 0 || ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) _exit(126);
  raise(SIGSTOP);  // until the tracer is ready
  switch (moment_.counted) {
    case Counted::every_call:
      return stop_at(std::array<long, 0>{});
    case Counted::changing_calls:
      return stop_at(changes);
    case Counted::requests:
      return stop_at(requests);
  }
}

int Killer::trace(pid_t program) const {
  int status = 0;
  waitpid(program, &status, 0);
  if (ptrace(PTRACE_SETOPTIONS, program, nullptr, options) != 0) return 126;
  go_on(program, 0);

  int ended = 0;
  unsigned calls = 0;
  std::set<pid_t> seen{program};  // that live
  for (pid_t process = 0; (process = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR;) {
    if (WIFSTOPPED(status)) seen.insert(process);
    if (!WIFSTOPPED(status)) {
      seen.erase(process);
      if (process == program) ended = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
      continue;
    }
    const bool its_turn = is_at_call(status) && counts(process, program);
    if (its_turn && ++calls == moment_.call) strike(process, program, seen);
    go_on(process, pending_signal(status));
  }
  return ended;
}

bool Killer::counts(pid_t process, pid_t program) const {
  return (moment_.counted == Counted::every_call && process == program) || is_change(current_call(process));
}

void Killer::strike(pid_t process, pid_t program, const std::set<pid_t>& all) const {
  *report_ = {true, process == program, static_cast<long>(current_call(process).seccomp.nr)};
  if (moment_.delay.count() != 0) {
    if (moment_.victim != Victim::nobody) go_on(process, 0);
    std::this_thread::sleep_for(moment_.delay);
  }
  if (moment_.victim == Victim::program) kill(program, SIGKILL);
  if (moment_.victim != Victim::group) return;
  // What the program starts gets a process group of its own, a moment after its start.
  kill(-program, SIGKILL);
  for (const auto victim : all) kill(victim, SIGKILL);
}

bool Killer::has_struck() const {
  return report_->has_struck;
}

bool Killer::struck_program() const {
  return report_->in_program;
}

std::string Killer::describe() const {
  const auto call = "at call " + std::to_string(moment_.call);
  if (!report_->has_struck) return call + ", which was never made";
  return call + " (system call " + std::to_string(report_->number) + " of " +
         (report_->in_program ? "the program)" : "a process that it started)");
}

}  // namespace rxlease::tests
