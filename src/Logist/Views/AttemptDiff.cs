using System.Globalization;
using System.Text.Json;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Git;
using Logist.Stores;

namespace Logist.Views;

/// <summary>Which two commits tell what an attempt changed.</summary>
public static class AttemptDiff
{
    /// <param name="found">In <paramref name="run"/>, or the attempt of an earlier run that it reuses.</param>
    /// <param name="against"><c>input</c> (also null), <c>base</c>, <c>previous</c>, <c>n</c>, or <c>r.n</c>: attempt n of run r.</param>
    /// <exception cref="LogistException">NotFound: one of them does not exist; Usage: none of these words.</exception>
    public static (string From, string To) Range(JobState job, JobLayout layout, RunState run, FoundAttempt found, string? against)
    {
        var to = Output(job, found);
        return (against switch
        {
            null or "input" => found.Attempt.Input ?? Base(job, layout, found.Run),
            "base" => Base(job, layout, run),
            "previous" => Output(job, StepReference.Previous(job, found) ?? throw Nothing($"{found.Name(job)} has no attempt before it")),
            var number => Output(job, Other(job, run, found.Step, number)),
        }, to);
    }

    /// <summary>What a run began with.</summary>
    /// <exception cref="LogistException">NotFound: no step has needed any files yet.</exception>
    public static string Base(JobState job, JobLayout layout, RunState run) =>
        (Directory.Exists(layout.Repository) ? run.Created.BaseCommit ?? new JobRepository(layout).ReadBase() : null)
            ?? throw Nothing($"{job.Id} has no files yet: no step needed any");

    private static FoundAttempt Other(JobState job, RunState run, string step, string number)
    {
        if (number.Split('.') is not [var other, var attempt])
        {
            return StepReference.Attempt(job, run, StepReference.Resolve(run, step), Number(number));
        }

        var from = StepReference.Run(job, Number(other));
        return StepReference.Attempt(job, from, StepReference.Resolve(from, step), Number(attempt));
    }

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number
            : throw new LogistException(ErrorKind.Usage,
                $"an attempt is compared with its input, the base, the previous one, attempt n or r.n of run r, not \"{text}\"");

    private static string Output(JobState job, FoundAttempt found) =>
        found.Attempt.Result?.Commit ?? throw Nothing($"{found.Name(job)} has no output",
            found.Attempt.Place == "scratch" ? null : "logist job status");

    private static LogistException Nothing(string what, string? fix = null) =>
        new(ErrorKind.NotFound, what, null, fix is null ? [] : [fix]);

    /// <summary>File by file, as pages show it.</summary>
    public static void Write(Utf8JsonWriter json, string from, string to, FileChanges changes)
    {
        json.WriteStartObject();
        json.WriteString("from_commit", from);
        json.WriteString("to_commit", to);
        json.WriteStartArray("files");
        foreach (var file in changes.Files)
        {
            json.WriteStartObject();
            json.WriteString("path", file.Path);
            json.WriteString("old_path", file.OldPath);
            json.WriteString("status", file.Status);
            json.WriteNumber("additions", file.Additions);
            json.WriteNumber("deletions", file.Deletions);
            json.WriteString("patch", file.Patch);
            json.WriteBoolean("too_large", file.TooLarge);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("additions", changes.Additions);
        json.WriteNumber("deletions", changes.Deletions);
        json.WriteBoolean("truncated", changes.Truncated);
        json.WriteEndObject();
    }
}
