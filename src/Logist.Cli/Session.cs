using System.Runtime.CompilerServices;
using Logist.Cli.Output;
using Logist.Core;
using Logist.Postgres;
using Logist.Stores;
using Logist.Workflows;

namespace Logist.Cli;

/// <summary>Everything that a command may use: how to talk, what was asked for globally, and where things are.</summary>
internal sealed class Session(Terminal terminal, Globals globals, Surroundings surroundings, Interrupts interrupts) : IDisposable
{
    private IJobStore? _store;

    public Terminal Terminal { get; } = terminal;

    public Globals Globals { get; } = globals;

    public Surroundings Surroundings { get; } = surroundings;

    public Interrupts Interrupts { get; } = interrupts;

    /// <summary>A person is there to answer.</summary>
    public bool CanAsk => Terminal.InputIsTty && Terminal.ErrorIsTty && Globals is { NoInput: false, Json: false };

    /// <summary>Absolute; not made yet.</summary>
    public string JobsDirectory => field ??= Surroundings.JobsDirectory(Globals.JobsDirectory);

    /// <summary>Null while the jobs directory does not exist: reading makes nothing.</summary>
    public JobsDirectory? Jobs => field ??= Database is not null || Directory.Exists(JobsDirectory)
        ? new JobsDirectory(JobsDirectory, Store) : null;

    /// <summary>Set before the store is used for the first time.</summary>
    public Durability Durability { get; set; }

    public IJobStore Store => _store ??= Database is { } address ? OpenDatabase(address)
        : new FileJobStore(JobsDirectory, Surroundings.Time, CompiledWorkflow.Load, Durability);

    /// <summary>Null: jobs are files.</summary>
    private string? Database => Globals.Store ?? Surroundings.Get("LOGIST_STORE");

    public JobLayout LayoutOf(JobId job) => JobLayout.For(JobsDirectory, job);

    /// <summary>Agents and defaults of the user, from <c>config.yaml</c>.</summary>
    /// <exception cref="LogistException">InvalidConfig.</exception>
    public ConfigFile Config() => ConfigFile.Load(Surroundings.LogistHome()).OrThrow();

    public void Dispose() => _store?.Dispose();

    // A method of its own: the driver is loaded by whoever mentions it, and nobody without a database shall.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private PostgresJobStore OpenDatabase(string address) => new(address, JobsDirectory, Surroundings.Time);
}
