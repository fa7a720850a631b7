using System.Globalization;
using System.Text;
using ForkTrace.TestKit.Encoders;

namespace ForkTrace.TestKit.Fuzzing.Targets;

/// <summary>Folders of raw ring-buffer pages and texts of tracefs.</summary>
public sealed class RawPagesTarget : FolderTarget
{
    private static readonly string[] s_texts =
        ["events/header_page", "events/sched/sched_process_exit/format", "kallsyms", "trace_clock", "per_cpu/cpu0/stats", "saved_cmdlines"];

    public override string Name => "raw-pages";

    public override string? Format => null;

    public override IReadOnlyList<byte[]> Seeds()
    {
        string[] texts =
        [
            EventTexts.HeaderPage(sizeof(ulong), TraceDatTarget.PageBytes), EventTexts.Exit, "ffffffff81000000 T vfree\n", "[local] global\n",
            "entries: 2\noverrun: 5\n", "1 init\n2 sh\n",
        ];
        byte[] pages = [.. TraceDatTarget.Page(1000, 1, false), .. TraceDatTarget.Page(2000, 2, false)];
        return [FileParts.Join([.. texts.Select(Encoding.ASCII.GetBytes), pages, TraceDatTarget.Page(1500, 3, false)])];
    }

    protected override string FileName(int place) => place < s_texts.Length
        ? s_texts[place]
        : string.Create(CultureInfo.InvariantCulture, $"per_cpu/cpu{place - s_texts.Length}/trace_pipe_raw");
}
