using System.Globalization;
using System.Runtime.CompilerServices;
using Logist.Processes;
using Logist.Stores;

namespace Logist.Tests.Processes;

/// <summary>This executable as a small owner that may be killed at any moment: <c>LOGIST_TEST_OWNER=directory|name|steps</c>.</summary>
internal static class OwnerProgram
{
    public const string Variable = "LOGIST_TEST_OWNER";

#pragma warning disable CA2255 // xunit owns Main; only a module initialiser comes before it.
    [ModuleInitializer]
#pragma warning restore CA2255
    public static void RunIfAsked()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { } what)
        {
            var parts = what.Split('|');
            Own(new JobLayout(parts[0]), parts[1], int.Parse(parts[2], CultureInfo.InvariantCulture));
            Environment.Exit(0);
        }
    }

    /// <summary>The whole contract of an owner after a restart: list, then host.log, then start again what neither knows.</summary>
    private static void Own(JobLayout job, string name, int steps)
    {
        using var client = StepHostClient.Connect(job, 2);
        var journal = Path.Combine(job.Directory, "finished");
        var finished = File.Exists(journal) ? Whole(File.ReadAllText(journal)).ToHashSet() : [];
        using var append = new FileStream(journal, FileMode.Append, FileAccess.Write, FileShare.Read, 1);
        if (append.Length > 0 && !File.ReadAllText(journal).EndsWith('\n'))
        {
            append.Write("\n"u8);
        }

        void Finish(string execution)
        {
            if (finished.Add(execution))
            {
                append.Write(System.Text.Encoding.ASCII.GetBytes(execution + ".\n"));
            }

            client.Acknowledge(execution);
        }

        var known = client.List()!.ToDictionary(e => e.Execution);
        var log = HostLog.Read(job);
        for (var i = 0; i < steps; i++)
        {
            var execution = $"s{i}/worker";
            if (finished.Contains(execution))
            {
                continue;
            }

            var ended = known.TryGetValue(execution, out var e)
                ? e.State == HostExecutionState.Exited
                : log.GetValueOrDefault(execution)?.End is not null;
            if (ended)
            {
                Finish(execution);
            }
            else if (e is null)
            {
                client.Start(new StartRequest(
                    execution, $"{name}.1.s{i}.1", ["/bin/sh", "-c", $"echo {i} >> launches"], job.Directory,
                    ["PATH=/usr/bin:/bin", $"LOGIST_ATTEMPT_ID={name}.1.s{i}.1"], null, null, null, null, TimeSpan.FromSeconds(5)));
            }
        }

        client.Flush();
        var batch = new List<HostEvent>();
        while (finished.Count < steps)
        {
            batch.Clear();
            client.Receive(batch, TimeSpan.FromSeconds(5));
            foreach (var exited in batch.OfType<HostEvent.Exited>())
            {
                Finish(exited.Execution);
            }

            client.Flush();
            if (batch.OfType<HostEvent.Gone>().Any())
            {
                Environment.Exit(9);
            }
        }
    }

    /// <summary>A line torn by kill -9 lacks its full stop.</summary>
    private static IEnumerable<string> Whole(string text) =>
        text.Split('\n').Where(line => line.EndsWith('.')).Select(line => line[..^1]);
}
