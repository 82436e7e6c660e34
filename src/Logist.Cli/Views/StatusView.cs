using System.Text;
using Logist.Cli.Output;
using Logist.Core.Jobs;
using Logist.Views;
using TaskStatus = Logist.Core.Jobs.TaskStatus;

namespace Logist.Cli.Views;

/// <param name="Age">Since the last event.</param>
internal sealed record StatusHeader(string Id, JobStatus Status, TimeSpan Age, int Done, int Total)
{
    public string? Cost { get; init; }

    public int Stale { get; init; }

    /// <summary>Which run it is and what for; null: the first.</summary>
    public string? Pass { get; init; }

    /// <summary>Null while nothing was committed to it.</summary>
    public string? Branch { get; init; }
}

internal readonly record struct DoneStep(TaskStatus Status, string Text);

/// <summary>A step that is worth a line of its own.</summary>
internal sealed record OpenStep(string Sign, string Name, string Detail, string? Hint = null);

/// <summary>A job for people: header, steps, why it waits or stopped, and what to type next.</summary>
internal static class StatusView
{
    public const int MaxOpenSteps = 60;

    public static IEnumerable<string> Lines(JobState job, StatusFacts facts, int width, Style style)
    {
        var stale = job.Run?.StaleSteps.Count() ?? 0;
        var header = new StatusHeader(job.Id, job.Status, facts.Now - job.UpdatedAt, job.Run?.Satisfied ?? 0, job.Run?.Tasks.Count ?? 0)
        {
            Cost = Cost(job.CostUsd, job.BudgetUsd), Stale = stale,
            Pass = job.Run is { } pass ? Wording.Pass(pass.Number, pass.Created.Trigger, pass.Created.FromStep) : null,
            Branch = job.Head is null ? null : ManifestDocument.BranchName(job),
        };
        foreach (var line in Headers(header, width, style))
        {
            yield return line;
        }

        if (job.Run is { } run)
        {
            var done = run.Tasks.Where(task => task.Status.IsSatisfied() && !task.IsStale)
                .Select(task => new DoneStep(task.Status, StepLine.Done(run, task)));
            foreach (var line in Done(done, run.Satisfied - stale, run.Tasks.Count, width, style))
            {
                yield return line;
            }

            var open = Interesting(run).ConvertAll(task => new OpenStep(Wording.Sign(task, style), StepLine.Name(run, task),
                StepLine.Detail(run, task, facts.Now), StepLine.Hint(job.Id, run, task)));
            var rest = run.Tasks.Count - run.Satisfied + stale - open.Count;
            foreach (var line in Open(open, rest, run.IsComplete ? "stale" : "to come", width, style))
            {
                yield return line;
            }
        }

        if (Why(job, facts) is { } why)
        {
            yield return $"  why: {why}";
        }

        if (job.Attempts > 0)
        {
            yield return Workspace(facts.Workspace);
            foreach (var (_, place, _) in Engine.KeptTrees.Of(job))
            {
                yield return $"  failed tree: {SafeText.OneLine(Path.Combine(Path.GetDirectoryName(facts.Workspace)!, place))}";
            }
        }

        foreach (var line in Next(Next(job, facts), width, style))
        {
            yield return line;
        }
    }

    /// <summary>One command per line; what it is for stands behind as a shell's comment, so that a copied line still works.</summary>
    public static IEnumerable<string> Next(IReadOnlyList<AdvisedCommand> commands, int width, Style style)
    {
        bool Fits(AdvisedCommand advised) => advised.For is { } text && advised.Command.Length + text.Length + 12 <= width;
        var column = commands.Where(Fits).Select(advised => advised.Command.Length).DefaultIfEmpty().Max();
        foreach (var advised in commands)
        {
            yield return $"  next: {style.Bold(advised.Command)}"
                + (Fits(advised) && column + advised.For!.Length + 12 <= width
                    ? $"{new string(' ', column - advised.Command.Length)}  {style.Dim($"# {advised.For}")}" : "");
        }
    }

    /// <summary>The branch moves to a line of its own where the first one would not fit.</summary>
    public static string[] Headers(StatusHeader header, int width, Style style)
    {
        var first = Header(header, style);
        return header.Branch is not { } branch ? [first]
            : Header(header, Style.None).Length + branch.Length + 10 <= width ? [$"{first} · branch {branch}"]
                : [first, $"  branch {branch}"];
    }

    private static string Header(StatusHeader header, Style style)
    {
        var parts = new List<string>
        {
            $"{Wording.Sign(header.Status, style)} {style.Bold(header.Id)}  {header.Status.Text()} {Amounts.Age(header.Age)} ago",
            $"{header.Done}/{header.Total} steps",
        };
        if (header.Stale > 0)
        {
            parts.Add($"{header.Stale} stale");
        }

        parts.AddRange(new[] { header.Cost, header.Pass }.OfType<string>());

        return string.Join(" · ", parts);
    }

    public static string Workspace(string path) => $"  workspace: {SafeText.OneLine(path)}";

    public static string? Cost(decimal? costUsd, decimal? budgetUsd) => (costUsd, budgetUsd) switch
    {
        ({ } cost, { } budget) => $"{Amounts.Money(cost)} of {Amounts.Money(budget)}",
        ({ } cost, null) => Amounts.Money(cost),
        (null, { } budget) => $"budget {Amounts.Money(budget)}",
        _ => null,
    };

    /// <summary>Finished steps side by side: they are the least interesting ones, and of a large job only their number is told.</summary>
    public static IEnumerable<string> Done(IEnumerable<DoneStep> steps, int done, int total, int width, Style style)
    {
        var (line, length, most) = (new StringBuilder(), 0, Math.Min(width, 120));
        var omitted = total > ManifestDocument.FullPhasesLimit ? done : Math.Max(0, done - MaxOpenSteps);
        foreach (var (status, text) in steps.Skip(omitted))
        {
            if (length > 0 && length + text.Length + 5 > most)
            {
                yield return line.ToString();
                _ = line.Clear();
                length = 0;
            }

            _ = line.Append(length == 0 ? "  " : "   ").Append(Wording.Sign(status, style)).Append(' ').Append(text);
            length += text.Length + 5;
        }

        if (length > 0)
        {
            yield return line.ToString();
        }

        if (omitted > 0)
        {
            yield return omitted == done ? $"  {style.Green("✓")} {done} steps done" : $"  … and {omitted} more done";
        }
    }

    /// <param name="rest">How many more there are, and what they are called.</param>
    public static IEnumerable<string> Open(IReadOnlyList<OpenStep> open, int rest, string restName, int width, Style style)
    {
        var nameWidth = open.Count == 0 ? 0 : open.Max(step => step.Name.Length);
        for (var i = 0; i < open.Count; i++)
        {
            var branch = i == open.Count - 1 && rest == 0 ? "└─" : "├─";
            var text = $"{open[i].Name.PadRight(nameWidth)}  {open[i].Detail}";
            yield return $"  {style.Dim(branch)} {open[i].Sign} {Fit(text, open[i].Hint, width - 7, style)}";
        }

        if (rest > 0)
        {
            yield return $"  {style.Dim("└─")} … and {rest} more {restName}";
        }
    }

    private static string Fit(string text, string? hint, int width, Style style)
    {
        if (hint is null)
        {
            return Wording.Cut(text, width);
        }

        // The command has to stay whole to be copied: the message gives way.
        var space = width - hint.Length - 3;
        return space >= 30 ? $"{Wording.Cut(text, space)}   {style.Dim(hint)}" : Wording.Cut(text, width);
    }

    /// <summary>Steps that are not done or out of date, those that matter now first when there are too many; in step order.</summary>
    private static List<TaskState> Interesting(RunState run)
    {
        var chosen = new SortedSet<int>();
        foreach (var set in (ReadOnlySpan<SortedSet<int>>)[run.Active, run.ToVerify, run.Failed, run.OpenGates, run.Waiting])
        {
            Take(set);
        }

        Take(run.StaleSteps.Select(task => task.Step));
        Take(run.Ready);
        Take(run.Tasks.Where(task => !task.Status.IsSatisfied()).Select(task => task.Step));

        return [.. chosen.Select(step => run.Tasks[step])];

        void Take(IEnumerable<int> steps)
        {
            foreach (var step in steps)
            {
                if (chosen.Count >= MaxOpenSteps)
                {
                    return;
                }

                _ = chosen.Add(step);
            }
        }
    }

    private static string? Why(JobState job, StatusFacts facts)
    {
        if (job is { Restep.Request: var asked, CancelRequested: null } && facts.OwnerAlive != false)
        {
            return $"{Wording.Restep(job)} by {SafeText.OneLine(asked.By.Actor)}, {SafeText.OneLine(asked.Why)}{Because(asked.Reason)}";
        }

        return WaitReason.Of(job, facts) switch
        {
            // The command that is told next says as much.
            null or { Kind: WaitKind.Nobody } => null,
            var stopped when job.Reason is { } code => $"{code}: {stopped.Text}{Hint(job)}",
            { Until: { } until } wait when until > facts.Now => $"{wait.Text}, in {Amounts.Duration(until - facts.Now)}",
            var wait => wait.Text,
        };
    }

    private static string Hint(JobState job) => job is { Halted: null, BudgetStop: null, Run: { Failed.Count: > 0 } run }
        && run.Tasks[run.Failed.Min].Failure?.Hint is { } hint ? $"; {SafeText.OneLine(hint)}" : "";

    private static string Because(string? reason) => reason is null ? "" : $": {SafeText.OneLine(reason)}";

    private static AdvisedCommand[] Next(JobState job, StatusFacts facts) =>
        job.Status == JobStatus.Success ? Advice.Stale(job)
        : job.Status is JobStatus.Running or JobStatus.Reviewing && facts.OwnerAlive == false ? [new($"logist job run {job.Id}")]
        : Advice.Of(job);
}
