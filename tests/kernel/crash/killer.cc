// SPDX-License-Identifier: Apache-2.0
#include "tests/kernel/crash/killer.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <thread>

#include "kernel/error.h"

namespace rxlease::tests {

namespace {

constexpr int syscall_stop = SIGTRAP | 0x80;  // PTRACE_O_TRACESYSGOOD
constexpr int options = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEFORK |
                        PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE;

constexpr std::array changing{
    SYS_write,     SYS_pwrite64,  SYS_writev, SYS_sendto, SYS_sendmsg,  SYS_rename,    SYS_renameat,
    SYS_renameat2, SYS_link,      SYS_linkat, SYS_unlink, SYS_unlinkat, SYS_mkdir,     SYS_mkdirat,
    SYS_rmdir,     SYS_ftruncate, SYS_chmod,  SYS_fchmod, SYS_fchmodat, SYS_flock,     SYS_fork,
    SYS_vfork,     SYS_execve,    SYS_kill,   SYS_mount,  SYS_umount2,  SYS_exit_group};

bool is_change(const __ptrace_syscall_info& call) {
  const auto number = static_cast<long>(call.entry.nr);
  if (number == SYS_openat) return (call.entry.args[2] & (O_CREAT | O_TRUNC | O_TMPFILE)) != 0;
  return std::find(changing.begin(), changing.end(), number) != changing.end();
}

bool is_request(const __ptrace_syscall_info& call) {
  return call.entry.nr == SYS_sendmsg || call.entry.nr == SYS_sendto;
}

__ptrace_syscall_info current_call(pid_t process) {
  __ptrace_syscall_info info{};
  ptrace(PTRACE_GET_SYSCALL_INFO, process, sizeof(info), &info);
  return info;
}

void go_on(pid_t process, int signal) {
  ptrace(PTRACE_SYSCALL, process, nullptr, static_cast<std::intptr_t>(signal));
}

// The signal that a stopped process has yet to get: tracing stops it with SIGTRAP and SIGSTOP of its own.
int pending_signal(int status) {
  const int signal = WSTOPSIG(status);
  return signal == syscall_stop || signal == SIGTRAP || signal == SIGSTOP ? 0 : signal;
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
}

int Killer::trace(pid_t program) const {
  int status = 0;
  waitpid(program, &status, 0);
  if (ptrace(PTRACE_SETOPTIONS, program, nullptr, options) != 0) return 126;
  go_on(program, 0);

  int ended = 0;
  unsigned calls = 0;
  for (pid_t process = 0; (process = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR;) {
    if (!WIFSTOPPED(status)) {
      if (process == program) ended = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
      continue;
    }
    const bool its_turn = WSTOPSIG(status) == syscall_stop && counts(process, program);
    if (its_turn && ++calls == moment_.call) strike(process, program);
    go_on(process, pending_signal(status));
  }
  return ended;
}

bool Killer::counts(pid_t process, pid_t program) const {
  const auto call = current_call(process);
  if (call.op != PTRACE_SYSCALL_INFO_ENTRY) return false;
  if (moment_.counted == Counted::requests) return is_request(call);
  return is_change(call) || (moment_.counted == Counted::every_call && process == program);
}

void Killer::strike(pid_t process, pid_t program) const {
  *report_ = {true, process == program, static_cast<long>(current_call(process).entry.nr)};
  if (moment_.delay.count() != 0) {
    if (moment_.victim != Victim::nobody) go_on(process, 0);
    std::this_thread::sleep_for(moment_.delay);
  }
  if (moment_.victim != Victim::nobody) kill(moment_.victim == Victim::group ? -program : program, SIGKILL);
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
