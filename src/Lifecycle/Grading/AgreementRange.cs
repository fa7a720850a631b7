namespace ForkTrace.Lifecycle.Grading;

/// <summary>How much replay and kernel agreed over the recordings of one sort of machine.</summary>
/// <param name="Machine"><c>native</c>, or <c>emulated</c>: a virtual machine without hardware help, many times slower.</param>
/// <param name="Recordings">How many recordings.</param>
/// <param name="Forks">Their forks that were judged.</param>
/// <param name="Low">Agreement of the recording that agreed least, 0 to 1.</param>
/// <param name="High">Of the one that agreed most.</param>
public sealed record AgreementRange(string Machine, int Recordings, long Forks, double Low, double High);
