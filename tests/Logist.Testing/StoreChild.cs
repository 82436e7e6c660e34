using System.Diagnostics;
using System.Globalization;
using Logist.Core;
using Logist.Files;
using Logist.Stores;
using static Logist.Testing.StoreSamples;

namespace Logist.Testing;

/// <summary>
/// The test program as another process: started with LOGIST_STORE_CHILD it does what that says, prints what was
/// acknowledged, and exits before any test runner begins. It lives here and not in the test program, since a module
/// initializer that waits for other threads must not let them need its own module.
/// </summary>
public static class StoreChild
{
    public const string Variable = "LOGIST_STORE_CHILD";

    public const int Refused = 10;

    /// <summary>What the life of a job puts beside its journal.</summary>
    public static ReadOnlySpan<byte> WorkflowFile => "{\"name\":\"sample\"}"u8;

    public static void RunIfAsked()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { } words)
        {
            Environment.Exit(Run(words.Split(' ')));
        }
    }

    public static ProcessStartInfo Command(string program, IEnumerable<string> arguments, string words) => new(program, arguments)
    {
        UseShellExecute = false,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment =
        {
            [Variable] = words,
            // Fewer system calls that are not ours, and no file of the runtime left behind by a kill.
            ["DOTNET_EnableDiagnostics"] = "0",
            ["DOTNET_EnableWriteXorExecute"] = "0",
        },
    };

    public static async Task<(int Code, string Output, string Errors)> RunAsync(ProcessStartInfo command, CancellationToken ct)
    {
        using var process = Process.Start(command)!;
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var errors = process.StandardError.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        return (process.ExitCode, await output, await errors);
    }

    private static int Run(string[] words)
    {
        try
        {
            DoAsync(words).GetAwaiter().GetResult();
            return 0;
        }
        catch (LogistException e)
        {
            Console.Error.WriteLine($"{e.Problem.Kind.Code} {e.Problem.What}: {e.Problem.Why}");
            return Refused;
        }
    }

    private static async Task DoAsync(string[] words)
    {
        using var store = new FileJobStore(words[1], TimeProvider.System, (_, _) => Workflow);
        if (words[0] == "append")
        {
            await AppendAsync(store, int.Parse(words[2], CultureInfo.InvariantCulture), int.Parse(words[3], CultureInfo.InvariantCulture));
        }
        else if (words[0] == "watch")
        {
            await foreach (var change in store.WatchAsync(new Cursor("all"), CancellationToken.None))
            {
                Acknowledge($"{change.Job} {change.Seq}");
            }
        }
        else
        {
            await LifeAsync(store, Acknowledge);
        }
    }

    /// <summary>Many appends in a race with others; each is acknowledged on the standard output.</summary>
    private static async Task AppendAsync(FileJobStore store, int writer, int count)
    {
        var expected = 2L;
        for (var i = 1; i <= count;)
        {
            var result = await store.AppendAsync(SampleJob, expected, [Scheduled((writer * 10_000) + i)], null, CancellationToken.None);
            expected = result is AppendResult.Appended appended ? appended.Last : ((AppendResult.Conflict)result).Actual;
            if (result is AppendResult.Appended)
            {
                Console.WriteLine($"{expected} {(writer * 10_000) + i++}");
            }
        }
    }

    /// <summary>Create, manifest, lease, appends, manifest: all that a job's files go through, each acknowledged when it is done.</summary>
    public static async Task LifeAsync(FileJobStore store, Action<string> acknowledge)
    {
        if (!File.Exists(store.LayoutOf(SampleJob).Journal))
        {
            await store.CreateAsync(SampleJob, Creation(), (building, at) =>
            {
                Durable.Check(Libc.MakeDirectory(building.Workflows), "mkdir", building.Workflows);
                Durable.Replace(Path.Combine(building.Workflows, "abc123.json"), WorkflowFile);
                ManifestFile.Save(building, Manifest(at));
            }, CancellationToken.None);
            acknowledge("J 2");
            acknowledge("M 2");
        }

        var seq = store.VerifyChain(SampleJob, 0).Seq;
        await using var lease = ((LeaseResult.Leased)await store.TryLeaseAsync(SampleJob, Me, TimeSpan.FromMinutes(1),
            CancellationToken.None)).Lease;
        seq = lease.AcquiredSeq;
        acknowledge($"J {seq}");
        for (var i = 0; i < 2; i++)
        {
            await store.AppendAsync(SampleJob, seq, [Scheduled(i + 1), Succeeded(i + 1)], lease.Token, CancellationToken.None);
            acknowledge($"J {seq += 2}");
            await store.SaveManifestAsync(SampleJob, Manifest(store.PositionAt(SampleJob, seq), "RUNNING"), CancellationToken.None);
            acknowledge($"M {seq}");
        }
    }

    // One write each and at once: what was printed counts as promised, also when the process is killed next.
    private static void Acknowledge(string what)
    {
        Console.Out.WriteLine(what);
        Console.Out.Flush();
    }
}
