namespace ForkTrace.Fidelity.Validation;

/// <summary>A fork whose outcome the replay told wrong.</summary>
/// <param name="Task">Dense id of the new task.</param>
/// <param name="Tid">Its tid.</param>
/// <param name="Cpu">CPU on which it took its stack.</param>
/// <param name="TimeNs">When, by the replay.</param>
/// <param name="PredictedHit">What the replay said.</param>
/// <param name="Cause">Why it may have been wrong.</param>
public sealed record Disagreement(int Task, int Tid, int Cpu, long TimeNs, bool PredictedHit, DisagreementCause Cause);
