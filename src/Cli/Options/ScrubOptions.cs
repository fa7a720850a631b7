using ForkTrace.Events.Scrubbing;

namespace ForkTrace.Cli.Options;

/// <summary>Options that scrub a trace before it is written, so that it can be shared.</summary>
internal sealed class ScrubOptions
{
    private const string NoScrubbing = "no";

    private readonly Option<string> _scrub = SharedOptions.Choice(
        "--scrub",
        "Take out names, addresses, times of day and command lines; hash: task names become keyed hashes, drop: they go.",
        NoScrubbing, "hash", "drop");

    private readonly Option<string?> _key = new("--scrub-key")
    {
        Description = "Secret key of the hashes, to scrub several traces alike. Without it: a random key that is not kept.",
        HelpName = "TEXT",
    };

    public ScrubOptions(Command command)
    {
        command.Add(_scrub);
        command.Add(_key);
    }

    /// <summary>True if the user asked to scrub the trace.</summary>
    public bool IsWanted(ParseResult parsed) => parsed.GetRequiredValue(_scrub) != NoScrubbing;

    /// <summary>The scrubbed table; disposes of <paramref name="events"/>. Returns <paramref name="events"/> itself without <c>--scrub</c>.</summary>
    public EventTable Apply(ParseResult parsed, EventTable events)
    {
        if (!IsWanted(parsed))
            return events;
        using (events)
            return new EventScrubber(parsed.GetRequiredValue(_scrub) == "drop" ? CommScrubbing.Drop : CommScrubbing.Hash, Key(parsed)).Apply(events);
    }

    /// <summary>Refuses a key that cannot be used, before work begins.</summary>
    public void Check(ParseResult parsed)
    {
        if (parsed.GetValue(_key) is null)
            return;
        if (!IsWanted(parsed))
            throw new UsageException("--scrub-key is given without --scrub");
        if (Key(parsed).Length < EventScrubber.KeyBytesMin)
        {
            throw new UsageException(string.Create(
                CultureInfo.InvariantCulture, $"--scrub-key is shorter than {EventScrubber.KeyBytesMin} bytes and could be guessed"));
        }
    }

    private byte[] Key(ParseResult parsed) =>
        parsed.GetValue(_key) is { } text ? Encoding.UTF8.GetBytes(text) : EventScrubber.NewKey();
}
