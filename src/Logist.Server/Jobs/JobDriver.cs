using System.Collections.Concurrent;
using Logist.Core;
using Logist.Core.Jobs;
using Logist.Engine;
using Logist.Stores;
using Logist.Views;

namespace Logist.Server.Jobs;

/// <summary>
/// Drives jobs in the background, a bounded number at a time, each by the worker that the command line uses, too. When the server
/// stops, attempts live on; whoever is next adopts them.
/// </summary>
internal sealed class JobDriver(ServeOptions options, JobReader reader, TimeProvider time) : IDisposable
{
    private readonly DriveList _list = new(options.Services.JobsDirectory);
    private readonly SemaphoreSlim _slots = new(options.MaxJobs, options.MaxJobs);
    private readonly ConcurrentDictionary<JobId, Drive> _drives = new();
    private readonly CancellationTokenSource _stop = new();

    private sealed class Drive
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool HasSlot { get; set; }

        /// <summary>Somebody asked while it was coming to rest: look once more.</summary>
        public bool Again { get; set; }

        public Promise Promise { get; set; } = new("", 0);

        public Action<LoadedJob, IReadOnlyList<StoredEvent>>? Changed { get; set; }
    }

    public int Driven => _drives.Values.Count(drive => drive.HasSlot);

    public int WaitingForSlot => _drives.Values.Count(drive => !drive.HasSlot);

    public bool IsDriven(JobId job) => _drives.ContainsKey(job);

    /// <summary>How many steps at a time it was promised to be driven with.</summary>
    public int? ParallelOf(JobId job) => _drives.TryGetValue(job, out var drive) ? drive.Promise.MaxParallel : null;

    /// <summary>Who has the slots that it waits for; null: it has one, or waits for none.</summary>
    public SlotFacts? SlotOf(JobId job) => !_drives.TryGetValue(job, out var drive) || drive.HasSlot ? null : new SlotFacts(options.MaxJobs,
        [.. _drives.Where(other => other.Value.HasSlot).Select(other => other.Key.Value).Order(StringComparer.Ordinal)]);

    /// <summary>Ends when this server has let go of the job.</summary>
    public Task EndOfAsync(JobId job) => _drives.TryGetValue(job, out var drive) ? drive.Done.Task : Task.CompletedTask;

    /// <summary>Goes on with what the server before has promised.</summary>
    public async Task AdoptAsync()
    {
        if (options.ReadOnly)
        {
            return;
        }

        foreach (var promise in _list.Load())
        {
            var id = JobId.Parse(promise.Job);
            if (await IsStillOursAsync(id, promise))
            {
                _ = StartAsync(id, promise);
            }
            else
            {
                _list.Remove(id);
            }
        }
    }

    private async Task<bool> IsStillOursAsync(JobId id, Promise promise)
    {
        try
        {
            return await reader.ReadAsync(id, job => job.State.Epoch == promise.Epoch || job.State.LastOwner?.Name == "logist serve",
                CancellationToken.None);
        }
        catch (LogistException)
        {
            return false;
        }
    }

    /// <summary>Promises durably to drive the job until it rests, and begins as soon as a slot is free.</summary>
    /// <param name="changed">Told of every durable change, on the worker's thread.</param>
    /// <returns>Ends with the drive.</returns>
    public Task StartAsync(JobId id, Promise promise, Action<LoadedJob, IReadOnlyList<StoredEvent>>? changed = null)
    {
        while (true)
        {
            var drive = new Drive { Promise = promise, Changed = changed };
            if (_drives.TryAdd(id, drive))
            {
                _list.Add(promise);
                _ = Task.Factory.StartNew(() => DriveAsync(id, drive), CancellationToken.None, TaskCreationOptions.LongRunning,
                    TaskScheduler.Default).Unwrap();
                return drive.Done.Task;
            }

            if (_drives.TryGetValue(id, out var current) && AskAgain(current, promise))
            {
                return current.Done.Task;
            }
        }
    }

    /// <summary>A re-execution, recorded under the lease before this returns; nothing is started yet.</summary>
    /// <exception cref="LogistException">The refusal; Busy while somebody drives the job.</exception>
    public async Task RecordAsync(JobId id, JobCommand.Reexecution request)
    {
        var run = new RunOptions { Driver = "server", Request = request, NoRun = true };
        _ = await Task.Run(() => Worker.RunAsync(options.EngineNow(), id, run, (_, _) => { }, CancellationToken.None,
            CancellationToken.None));
    }

    /// <summary>Leaves every job; their steps run on.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_drives.Values.Select(drive => drive.Done.Task));
    }

    public void Dispose()
    {
        _stop.Dispose();
        _slots.Dispose();
    }

    /// <summary>It is driven already: then once more, as what was asked for may have come after its last look.</summary>
    private bool AskAgain(Drive drive, Promise promise)
    {
        lock (drive)
        {
            if (drive.Done.Task.IsCompleted)
            {
                return false;
            }

            _list.Add(promise);
            (drive.Again, drive.Promise) = (true, promise);
            return true;
        }
    }

    private async Task DriveAsync(JobId id, Drive drive)
    {
        try
        {
            await _slots.WaitAsync(_stop.Token);
        }
        catch (OperationCanceledException)
        {
            // Promised, not begun: the next server does it.
            End(id, drive);
            return;
        }

        drive.HasSlot = true;
        try
        {
            while (await DriveOnceAsync(id, drive) && Again(id, drive))
            {
            }
        }
        finally
        {
            _slots.Release();
            End(id, drive);
        }
    }

    /// <returns>False when the server stops.</returns>
    private async Task<bool> DriveOnceAsync(JobId id, Drive drive)
    {
        var promise = drive.Promise;
        try
        {
            var run = new RunOptions
            {
                Driver = "server", MaxParallel = promise.MaxParallel, Until = promise.Until, OneStep = promise.OneStep,
                Agent = promise.Agent, Model = promise.Model,
                Who = promise.By is { } by ? () => by : null,
            };
            var result = await Worker.RunAsync(options.EngineNow(), id, run, (job, news) => drive.Changed?.Invoke(job, news),
                CancellationToken.None,
                _stop.Token);
            return result.End != RunEnd.Detached;
        }
        catch (LogistException e) when (e.Problem.Kind == ErrorKind.Busy || e.Problem.Kind == ErrorKind.WrongState)
        {
            // Somebody else drives it, or it came to rest: nothing to do for us.
            return true;
        }
#pragma warning disable CA1031 // One job's trouble is not the server's.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _ = ErrorLog.Write(options.Services.LogDirectory, time, e);
            return true;
        }
    }

    private bool Again(JobId id, Drive drive)
    {
        lock (drive)
        {
            if (!drive.Again)
            {
                // Under the lock: who asks after this begins a drive, and a promise, of its own.
                _list.Remove(id);
                _ = _drives.TryRemove(id, out _);
                drive.Done.TrySetResult();
                return false;
            }

            drive.Again = false;
            return true;
        }
    }

    private void End(JobId id, Drive drive)
    {
        _ = _drives.TryRemove(new KeyValuePair<JobId, Drive>(id, drive));
        drive.Done.TrySetResult();
    }
}
