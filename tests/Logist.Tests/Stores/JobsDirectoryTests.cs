using Logist.Core;
using Logist.Stores;
using static Logist.Testing.StoreSamples;
using static Logist.Tests.Stores.StoreFolder;

namespace Logist.Tests.Stores;

public sealed class JobsDirectoryTests : IDisposable
{
    private readonly StoreFolder _folder = new();
    private readonly JobsDirectory _directory;

    public JobsDirectoryTests() => _directory = new JobsDirectory(_folder.Path);

    public void Dispose() => _folder.Dispose();

    private async Task MakeAsync(params string[] jobs)
    {
        foreach (var job in jobs)
        {
            await _folder.Store.AppendAsync(JobId.Parse(job), 0, Creation(), null, Ct);
        }
    }

    [Fact]
    public void A_jobs_directory_is_made_with_its_parents()
    {
        var path = Path.Combine(_folder.Path, "a", "b", "c");
        new JobsDirectory(path).List().ShouldBeEmpty();
        (Files.Libc.Status(path)!.Value.Mode & 0x1FF).ShouldBe(0x1C0);
    }

    [Fact]
    public async Task All_jobs_are_listed_in_order_and_nothing_else_is()
    {
        await MakeAsync("b-job", "a-job");
        Directory.CreateDirectory(Path.Combine(_folder.Path, "no-job"));
        Directory.CreateDirectory(Path.Combine(_folder.Path, ".new-c-job-1"));
        var damaged = Directory.CreateDirectory(Path.Combine(_folder.Path, "damaged")).FullName;
        File.WriteAllText(Path.Combine(damaged, "job_manifest.json"), "");

        _directory.List().Select(id => id.Value).ShouldBe(["a-job", "b-job", "damaged"]);
    }

    [Fact]
    public async Task A_job_is_found_by_its_id_or_a_prefix_of_four_characters_and_an_exact_id_wins()
    {
        await MakeAsync("fix-login", "fix-login-2", "deploy");

        _directory.Find("fix-login").Value.ShouldBe("fix-login");
        _directory.Find("depl").Value.ShouldBe("deploy");
        _directory.Find("fix-login-").Value.ShouldBe("fix-login-2");
        var several = Should.Throw<LogistException>(() => _directory.Find("fix-")).Problem;
        several.Kind.ShouldBe(ErrorKind.Usage);
        several.Why!.ShouldContain("fix-login, fix-login-2");
    }

    [Theory]
    [InlineData("dep", null)]
    [InlineData("deplyo", "did you mean \"deploy\"?")]
    [InlineData("something-else", null)]
    [InlineData("", null)]
    [InlineData("../etc", null)]
    public async Task An_unknown_job_is_named_with_the_nearest_one(string wanted, string? hint)
    {
        await MakeAsync("deploy");
        var problem = Should.Throw<LogistException>(() => _directory.Find(wanted)).Problem;
        problem.Kind.Exit.ShouldBe(6);
        problem.Why.ShouldBe(hint);
    }

    [Fact]
    public async Task The_selected_job_is_remembered_until_it_is_gone()
    {
        await MakeAsync("one", "two");
        _directory.Current().ShouldBeNull();
        await _directory.SelectAsync(JobId.Parse("two"), Ct);

        new JobsDirectory(_folder.Path).Current()!.Value.Value.ShouldBe("two");
        File.ReadAllText(_directory.Index).ShouldContain($"\"one\": \"{_folder.Path}/one\"");
        (await Should.ThrowAsync<LogistException>(() =>
            _directory.SelectAsync(JobId.Parse("three"), Ct))).Problem.Kind.ShouldBe(ErrorKind.UnknownJob);
        Directory.Delete(Path.Combine(_folder.Path, "two"), recursive: true);
        _directory.Current().ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"current_job_id\":7}")]
    [InlineData("{\"current_job_id\":\"../x\"}")]
    public async Task A_damaged_index_selects_nothing_and_is_written_anew(string content)
    {
        await MakeAsync("one");
        File.WriteAllText(_directory.Index, content);
        _directory.Current().ShouldBeNull();
        await _directory.SelectAsync(JobId.Parse("one"), Ct);
        _directory.Current()!.Value.Value.ShouldBe("one");
    }
}
