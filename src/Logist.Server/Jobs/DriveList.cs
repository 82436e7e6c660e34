using System.Text.Json;
using System.Text.Json.Serialization;
using Logist.Core;
using Logist.Files;

namespace Logist.Server.Jobs;

/// <summary>A job that was promised to be driven, and how.</summary>
/// <param name="Epoch">The job's when it was promised: with a later owner that is no server, somebody else took it.</param>
internal sealed record Promise(string Job, long Epoch)
{
    public int? MaxParallel { get; init; }

    public int? Until { get; init; }

    public bool OneStep { get; init; }

    public string? Agent { get; init; }

    public string? Model { get; init; }

    /// <summary>Who asked; null: nobody in particular.</summary>
    public string? By { get; init; }
}

/// <summary>
/// The jobs that this jobs directory's server has accepted and not finished driving, durable before anybody is told "accepted":
/// after kill -9 the next server goes on with exactly these.
/// </summary>
internal sealed class DriveList(string jobsDirectory)
{
    private const int MaxLength = 4 << 20;

    private readonly Lock _guard = new();
    private readonly string _path = Path.Combine(jobsDirectory, "serve.json");
    private List<Promise> _promises = [];

    /// <summary>As the last server left it. A file that cannot be read promises nothing.</summary>
    public IReadOnlyList<Promise> Load()
    {
        try
        {
            _promises = OwnFiles.TryRead(_path, MaxLength) is { } bytes
                ? JsonSerializer.Deserialize(bytes, DriveListJson.Default.ListPromise) ?? [] : [];
        }
        catch (JsonException)
        {
            _promises = [];
        }

        return [.. _promises.Where(promise => JobId.TryParse(promise.Job, out _))];
    }

    public void Add(Promise promise)
    {
        lock (_guard)
        {
            Save([.. _promises.Where(other => other.Job != promise.Job), promise]);
        }
    }

    public void Remove(JobId job)
    {
        lock (_guard)
        {
            if (_promises.Exists(promise => promise.Job == job.Value))
            {
                Save([.. _promises.Where(promise => promise.Job != job.Value)]);
            }
        }
    }

    private void Save(List<Promise> promises)
    {
        Durable.Replace(_path, JsonSerializer.SerializeToUtf8Bytes(promises, DriveListJson.Default.ListPromise));
        _promises = promises;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(List<Promise>))]
internal sealed partial class DriveListJson : JsonSerializerContext;
