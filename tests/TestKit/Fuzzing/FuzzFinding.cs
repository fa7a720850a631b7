namespace ForkTrace.TestKit.Fuzzing;

/// <summary>An input that a reader neither reads nor rejects as it should.</summary>
/// <param name="Signature">Equal for two findings of the same bug: the exception and the throwing method, or the exceeded limit.</param>
/// <param name="Detail">The exception with its stack trace, or the value and its limit.</param>
/// <param name="Input">The bytes.</param>
public sealed record FuzzFinding(string Signature, string Detail, byte[] Input);
