using System.Text;

namespace Logist.Core.Jobs;

/// <summary>The state machine as a page for people: rendered from the tables that the code itself uses, so that it cannot drift.</summary>
public static class StateMachineDocument
{
    /// <returns>Markdown with <c>\n</c> line ends: two tables and a Mermaid diagram.</returns>
    public static string Render()
    {
        var page = new StringBuilder();
        page.Append("""
            # The state machine of a job

            Generated from `src/Logist.Core/Jobs/JobStatus.cs` by a test. Do not edit: change the code, then run
            `LOGIST_UPDATE_DOCS=1 dotnet test --project tests/Logist.Core.Tests`.

            A job's status is derived from its events, never stored as a second truth.

            ## Which status may follow which

            Read a row from left to right: a job in the status on the left may go to the marked statuses between two appends to its journal.


            """);
        Table(page, "from \\ to", JobStatuses.All, status => status.Text(), JobStatuses.All, status => status.Text(),
            (from, to) => from == to ? "·" : JobStatuses.MayFollow(from, to) ? "✓" : "");
        page.Append("""

            SUCCESS and CANCELED are final: only a new execution leaves them. Any other change is refused and names the ones that are allowed.

            ## Which command is accepted in which status


            """);
        Table(page, "command", JobVerbs.All, verb => $"`{verb.Word()}`", JobStatuses.All, status => status.Text(),
            (verb, status) => JobVerbs.Allowed(verb).Contains(status) ? "✓" : "");
        page.Append("""

            Asking for what already is (`cancel` on CANCELED, `suspend` on SUSPENDED) is no error and changes nothing. `approve` and `reject`
            also need the gate to be open. `run` and `step` on RUNNING or REVIEWING take over a job whose owner died; while the owner lives
            they are refused and name it.

            ## Diagram

            ```mermaid
            stateDiagram-v2
                [*] --> PENDING

            """);
        Diagram(page);
        return page.Append("```\n").ToString().ReplaceLineEndings("\n");
    }

    private static void Table<TRow, TColumn>(StringBuilder page, string corner, IReadOnlyList<TRow> rows, Func<TRow, string> row,
        IReadOnlyList<TColumn> columns, Func<TColumn, string> column, Func<TRow, TColumn, string> cell)
    {
        page.Append("| ").Append(corner).Append(" | ").AppendJoin(" | ", columns.Select(column)).Append(" |\n");
        page.Append("|---|").AppendJoin("|", columns.Select(_ => ":-:")).Append("|\n");
        foreach (var r in rows)
        {
            page.Append("| ").Append(row(r)).Append(" | ").AppendJoin(" | ", columns.Select(c => cell(r, c))).Append(" |\n");
        }
    }

    private static void Diagram(StringBuilder page)
    {
        foreach (var from in JobStatuses.All)
        {
            foreach (var to in JobStatuses.Allowed(from))
            {
                // Suspending, resuming and canceling are possible from nearly everywhere: drawn, they would hide the rest.
                if (from != JobStatus.Suspended && to is not (JobStatus.Suspended or JobStatus.Canceled))
                {
                    page.Append("    ").Append(from.Text()).Append(" --> ").Append(to.Text()).Append('\n');
                }
            }
        }

        page.Append("    SUSPENDED --> PENDING : resume\n    SUCCESS --> [*]\n    CANCELED --> [*]\n");
        page.Append("    note right of CANCELED : cancel leads here from every status but SUCCESS\n");
        page.Append(
            "    note right of SUSPENDED : suspend leads here from every status but SUCCESS and CANCELED, resume back to what the events "
                + "say\n");
    }
}
