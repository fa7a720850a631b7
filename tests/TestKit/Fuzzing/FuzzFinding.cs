namespace ForkTrace.TestKit.Fuzzing;

/// <summary>An input that a reader did worse with than reject it.</summary>
/// <param name="Signature">What makes two findings the same bug: the exception and the method that threw, or the limit that was passed.</param>
/// <param name="Detail">The exception with its stack, or the figure and its limit.</param>
/// <param name="Input">The bytes.</param>
public sealed record FuzzFinding(string Signature, string Detail, byte[] Input);
