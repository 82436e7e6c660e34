using System.Diagnostics;
using System.Text;
using Logist.Files;

namespace Logist.Tests.Agents;

public sealed class SafeFileTests : IDisposable
{
    private readonly AgentPlace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void A_regular_file_is_read_whole()
    {
        File.WriteAllText(_place.InWorkspace("a/b.txt"), "hello");
        Text(SafeFile.ReadBounded(_place.Workspace, "a/b.txt", 5)).ShouldBe("hello");
        SafeFile.Check(_place.Workspace, "a/b.txt").ShouldBeNull();
    }

    [Fact]
    public void An_empty_file_is_content()
    {
        File.WriteAllText(_place.InWorkspace("empty"), "");
        Text(SafeFile.ReadBounded(_place.Workspace, "empty", 10)).ShouldBe("");
    }

    [Fact]
    public void A_file_above_the_cap_is_refused()
    {
        File.WriteAllText(_place.InWorkspace("big"), "123456");
        Why(SafeFile.ReadBounded(_place.Workspace, "big", 5)).ShouldBe("is larger than 5 bytes");
    }

    [Fact]
    public void A_sparse_file_of_ten_gigabytes_is_refused_before_reading()
    {
        using (var file = new FileStream(_place.InWorkspace("sparse"), FileMode.Create))
        {
            file.SetLength(10L << 30);
        }

        Why(SafeFile.ReadBounded(_place.Workspace, "sparse", 1 << 20)).ShouldContain("larger than");
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("nothing/at/all")]
    [InlineData("file/below")]
    public void What_is_not_there_is_missing(string path)
    {
        File.WriteAllText(_place.InWorkspace("file"), "");
        SafeFile.ReadBounded(_place.Workspace, path, 10).ShouldBeOfType<SafeRead.Missing>();
    }

    [Fact]
    public void Without_the_root_everything_is_missing()
    {
        SafeFile.ReadBounded(Path.Combine(_place.Root, "gone"), "a", 10).ShouldBeOfType<SafeRead.Missing>();
        SafeFile.Delete(Path.Combine(_place.Root, "gone"), "a/b");
    }

    [Theory]
    [InlineData("../outside", "contains \"..\"")]
    [InlineData("a/../../outside", "contains \"..\"")]
    [InlineData("a/../inside", "contains \"..\"")]
    [InlineData("/etc/passwd", "absolute")]
    [InlineData("/proc/self/environ", "absolute")]
    [InlineData("/dev/zero", "absolute")]
    [InlineData("", "is empty")]
    [InlineData("a\0b", "NUL")]
    [InlineData("directory", "is a directory")]
    [InlineData("link", "symbolic link")]
    [InlineData("dangling", "symbolic link")]
    [InlineData("linkdir/passwd", "symbolic link")]
    [InlineData("proc/self/environ", "symbolic link")]
    [InlineData("hard", "hard link")]
    [InlineData("fifo", "is not a regular file")]
    public void What_is_no_ordinary_file_below_the_root_is_refused(string path, string why)
    {
        File.WriteAllText(Path.Combine(_place.Root, "outside"), "secret");
        File.WriteAllText(_place.InWorkspace("inside"), "");
        Directory.CreateDirectory(_place.InWorkspace("directory"));
        Directory.CreateDirectory(_place.InWorkspace("a"));
        File.CreateSymbolicLink(_place.InWorkspace("link"), "inside");
        File.CreateSymbolicLink(_place.InWorkspace("dangling"), "nothing");
        File.CreateSymbolicLink(_place.InWorkspace("linkdir"), "/etc");
        File.CreateSymbolicLink(_place.InWorkspace("proc"), "/proc");
        Shell($"ln {_place.Root}/outside {_place.Workspace}/hard; mkfifo {_place.Workspace}/fifo");

        var before = Stopwatch.GetTimestamp();
        Why(SafeFile.ReadBounded(_place.Workspace, path, 1000)).ShouldContain(why);
        Why(SafeFile.Check(_place.Workspace, path)!).ShouldContain(why);
        Stopwatch.GetElapsedTime(before).ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void A_directory_swapped_for_a_link_during_the_reads_never_leads_outside()
    {
        var outside = Directory.CreateDirectory(Path.Combine(_place.Root, "elsewhere")).FullName;
        File.WriteAllText(Path.Combine(outside, "f"), "secret");
        File.WriteAllText(_place.InWorkspace("real/f"), "mine");
        var swap = $"cd {_place.Workspace}; while :; do ln -sfn {outside} d; rm d; cp -r real d; rm -r d; done 2>/dev/null";
        using var swapper = Process.Start("/bin/sh", ["-c", swap]);
        try
        {
            var (mine, other) = (0, 0);
            for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(1);)
            {
                if (SafeFile.ReadBounded(_place.Workspace, "d/f", 100) is SafeRead.Content content)
                {
                    (content.Bytes.Length == 0 || Encoding.UTF8.GetString(content.Bytes) == "mine").ShouldBeTrue();
                    mine++;
                }
                else
                {
                    other++;
                }
            }

            other.ShouldBeGreaterThan(0);
        }
        finally
        {
            // With the program that it runs at this moment: it would go on writing where the test cleans up.
            swapper.Kill(entireProcessTree: true);
            swapper.WaitForExit();
        }
    }

    [Fact]
    public void Deleting_removes_the_file_and_its_empty_directory()
    {
        File.WriteAllText(_place.InWorkspace(".logist/response.json"), "{}");
        SafeFile.Delete(_place.Workspace, ".logist/response.json");
        Directory.Exists(Path.Combine(_place.Workspace, ".logist")).ShouldBeFalse();
        SafeFile.Delete(_place.Workspace, ".logist/response.json");
    }

    [Fact]
    public void Deleting_keeps_what_else_is_in_the_directory()
    {
        File.WriteAllText(_place.InWorkspace(".logist/response.json"), "{}");
        File.WriteAllText(_place.InWorkspace(".logist/workflows/hello.yaml"), "");
        SafeFile.Delete(_place.Workspace, ".logist/response.json");
        File.Exists(_place.InWorkspace(".logist/workflows/hello.yaml")).ShouldBeTrue();
        File.Exists(_place.InWorkspace(".logist/response.json")).ShouldBeFalse();
    }

    [Fact]
    public void Deleting_removes_a_link_and_not_what_it_leads_to()
    {
        var outside = Path.Combine(_place.Root, "outside");
        File.WriteAllText(outside, "keep");
        File.CreateSymbolicLink(_place.InWorkspace(".logist/response.json"), outside);
        SafeFile.Delete(_place.Workspace, ".logist/response.json");
        File.ReadAllText(outside).ShouldBe("keep");
        Directory.Exists(Path.Combine(_place.Workspace, ".logist")).ShouldBeFalse();
    }

    [Fact]
    public void Deleting_does_not_go_through_a_linked_directory()
    {
        var outside = Directory.CreateDirectory(Path.Combine(_place.Root, "elsewhere")).FullName;
        File.WriteAllText(Path.Combine(outside, "response.json"), "keep");
        Directory.CreateSymbolicLink(Path.Combine(_place.Workspace, ".logist"), outside);
        SafeFile.Delete(_place.Workspace, ".logist/response.json");
        File.Exists(Path.Combine(outside, "response.json")).ShouldBeTrue();
    }

    internal static void Shell(string line)
    {
        using var shell = Process.Start("/bin/sh", ["-c", line]);
        shell.WaitForExit();
        shell.ExitCode.ShouldBe(0);
    }

    private static string Text(SafeRead read) => Encoding.UTF8.GetString(read.ShouldBeOfType<SafeRead.Content>().Bytes);

    private static string Why(SafeRead read) => read.ShouldBeOfType<SafeRead.Refused>().Why;
}
