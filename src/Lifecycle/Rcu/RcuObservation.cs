namespace ForkTrace.Lifecycle.Rcu;

/// <summary>Callbacks that were seen to run in a burst.</summary>
/// <param name="Queued">How many bursts of all CPUs began before they were queued.</param>
/// <param name="Handed">Position of their CPU's first burst after that.</param>
/// <param name="Callbacks">How many they are.</param>
internal readonly record struct RcuObservation(int Queued, int Handed, int Callbacks);
