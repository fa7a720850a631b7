using ForkTrace.Lifecycle.Tasks;

namespace ForkTrace.Fidelity.Validation;

/// <summary>Why a replay may have told a fork's outcome wrong: the first that applies, in this order.</summary>
public enum DisagreementCause
{
    /// <summary>
    /// The CPU's cache held an unknown number of stacks when the recording began, or behind lost events, and has been neither empty nor
    /// full since.
    /// </summary>
    InitialState,

    /// <summary>The forking thread moved to another CPU within its fork: where it took the stack is uncertain.</summary>
    Migration,

    /// <summary>The allocation is not observed, and a stack came to or left the CPU's cache while the fork was under way.</summary>
    AllocationOrder,

    /// <summary>A fork that failed took a stack on this CPU and gave it back at a time that is not observed.</summary>
    FailedFork,

    /// <summary>A stack of this CPU was on its way through RCU, or came back, at a time that is not observed.</summary>
    RcuTime,

    /// <summary>None of these: tasks whose events the recording leaves out, or something unknown.</summary>
    ForeignTasks,
}
