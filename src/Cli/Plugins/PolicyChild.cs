using ForkTrace.Replay.Contract;

namespace ForkTrace.Cli.Plugins;

/// <summary>
/// The process in which foreign policies run: the same command once more, below a parent that watches it. The first foreign file that is to
/// be loaded asks for it; until then nothing was read or written.
/// </summary>
internal static partial class PolicyChild
{
    /// <summary>The variable that names the child's mark to it.</summary>
    public const string MarkVariable = "FORKTRACE_POLICY_MARK";

    private const int ParentDeathSignal = 1;
    private const int Terminate = 15;
    private static PolicyMark? s_mark;

    /// <summary>Returns in the child. In any other process it ends the command, which the child then does.</summary>
    /// <param name="limits">What the policies may take.</param>
    /// <param name="fault">The exit code if they take more.</param>
    /// <exception cref="PolicyHandOverException">This is no child.</exception>
    public static void Require(PolicyLimits limits, ExitCode fault)
    {
        if (s_mark is not null)
            return;
        if (Environment.GetEnvironmentVariable(MarkVariable) is not { } path || !File.Exists(path))
            throw new PolicyHandOverException(limits, fault);
        s_mark = PolicyMark.Open(path);
        Environment.SetEnvironmentVariable(MarkVariable, null);
        AppDomain.CurrentDomain.UnhandledException += static (_, fault) =>
            s_mark.Fail(fault.ExceptionObject is Exception thrown ? $"{thrown.GetType().Name}: {thrown.Message}" : "");
        if (OperatingSystem.IsLinux())
            _ = Prctl(ParentDeathSignal, Terminate, 0, 0, 0);
    }

    /// <summary>Reads the policies of a file, whose code runs for the first time there.</summary>
    public static T Load<T>(string path, Func<T> load)
    {
        if (s_mark is not { } mark)
            return load();
        byte[] name = Encoding.UTF8.GetBytes(path);
        return WatchedRun.Within(load, () => mark.Enter(name), mark.Leave);
    }

    /// <summary>A policy that says when its code runs.</summary>
    public static PolicyEntry Watch(PolicyEntry policy)
    {
        if (s_mark is not { } mark)
            return policy;
        byte[] name = Encoding.UTF8.GetBytes($"policy {policy.Descriptor.Name}");
        return WatchedRun.Watch(policy, () => mark.Enter(name), mark.Leave);
    }

    /// <summary>Ends this process, if it is a child: a thread that a policy left behind would keep it.</summary>
    public static void End(ExitCode code)
    {
        if (s_mark is null)
            return;
        s_mark.Finish();
        Environment.Exit((int)code);
    }

    // The child ends with its parent, as if they were one.
    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Prctl(int option, nuint argument, nuint third, nuint fourth, nuint fifth);
}

/// <summary>The command is to be done by a child process, for it runs foreign policies.</summary>
internal sealed class PolicyHandOverException(PolicyLimits limits, ExitCode fault) : Exception
{
    public PolicyLimits Limits => limits;

    /// <summary>The exit code if a policy breaks them, or ends the process.</summary>
    public ExitCode Fault => fault;
}
