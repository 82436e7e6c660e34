using System.Runtime.CompilerServices;
using Logist.Core.Jobs;

namespace Logist.Core.Tests.Jobs;

public sealed class StateMachineDocumentTests
{
    [Fact]
    public void The_page_says_what_the_code_says()
    {
        var file = Path.Combine(Path.GetDirectoryName(Here())!, "../../../docs/state-machine.md");
        if (Environment.GetEnvironmentVariable("LOGIST_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(file, StateMachineDocument.Render());
        }

        var stored = File.Exists(file) ? File.ReadAllText(file) : "";
        stored.ShouldBe(StateMachineDocument.Render(),
            "docs/state-machine.md is out of date: LOGIST_UPDATE_DOCS=1 dotnet test --project tests/Logist.Core.Tests");
    }

    [Fact]
    public void Every_status_and_every_verb_has_its_row()
    {
        var lines = StateMachineDocument.Render().Split('\n');
        foreach (var status in JobStatuses.All)
        {
            lines.Count(line => line.StartsWith($"| {status.Text()} |", StringComparison.Ordinal)).ShouldBe(1);
        }

        foreach (var verb in JobVerbs.All)
        {
            lines.Count(line => line.StartsWith($"| `{verb.Word()}` |", StringComparison.Ordinal)).ShouldBe(1);
        }
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
