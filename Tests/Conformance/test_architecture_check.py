"""What `Scripts/check-architecture` finds: one planted violation at a time in a small tree. No server is needed."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harness import REPOSITORY

SCRIPT = REPOSITORY / "Scripts" / "check-architecture"

PACKAGE = """
let package = Package(
    name: "house",
    products: [.library(name: "Core", targets: ["Core"])],
    dependencies: [.package(url: "https://example.org/swift-log.git", exact: "1.0.0")],
    targets: [
        .target(name: "Core", swiftSettings: settings),
        // .target(name: "Gone", dependencies: ["Core"]),
        .target(
            name: "Shell",
            dependencies: ["Core", .product(name: "Logging", package: "swift-log")],
            swiftSettings: settings
        ),
        .executableTarget(name: "Commands", dependencies: ["Shell"]),
        .testTarget(name: "CoreTests", dependencies: ["Core", "Shell"]),
    ]
)
"""

TABLE = """
[targets]
Core = []
Shell = ["Core"]
Commands = ["Shell"]

[only]
Logging = ["Shell"]

[allowed-calls]
print = ["Commands"]

[folders]
Core = ["Values", "Queue", "."]
"""

FILES = {
    "Core/Core.swift": "public struct Core { let heap: Heap }\n",
    "Core/Values/Price.swift": "public struct Price { let value: Int }\n",
    "Core/Queue/Heap.swift": "struct Heap { let price: Price }\n",
    "Shell/Shell.swift": "internal import Core\ninternal import Logging\n\npublic struct Shell { let core: Core }\n",
    "Commands/Main.swift": 'internal import Shell\n\n@main enum Main { static func main() { print("ready") } }\n',
}


@dataclass
class Tree:
    """A small repository in which everything is as it should be."""

    folder: Path
    package: str = PACKAGE
    table: str = TABLE
    files: dict[str, str] = field(default_factory=lambda: dict(FILES))

    def check(self) -> tuple[int, list[str]]:
        """The exit code and the violations."""
        for name, text in self.files.items():
            path = self.folder / "Sources" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        (self.folder / "Scripts").mkdir()
        (self.folder / "Scripts" / "architecture.toml").write_text(self.table)
        (self.folder / "Package.swift").write_text(self.package)
        command = [sys.executable, str(SCRIPT), "--root", str(self.folder)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stderr.splitlines()

    def assert_one(self, place: str, *words: str) -> None:
        """Exactly one line, which names the place, what is wrong and what to do."""
        code, found = self.check()
        assert code == 1
        assert len(found) == 1, found
        assert found[0].startswith(f"{place}: "), found
        assert re.match(r"\S+:\d+: .+[;,] .+", found[0])
        for word in words:
            assert word in found[0], found


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A tree of the test's own."""
    return Tree(tmp_path)


def test_a_tree_in_order_has_no_violation(tree: Tree) -> None:
    assert tree.check() == (0, [])


# Targets


def test_a_dependency_against_the_table_is_found(tree: Tree) -> None:
    tree.package = PACKAGE.replace('name: "Core", swift', 'name: "Core", dependencies: ["Shell"], swift')
    tree.files["Core/Core.swift"] = "internal import Shell\n" + FILES["Core/Core.swift"]
    tree.assert_one("Package.swift:7", "Core must not depend on Shell")


def test_an_import_that_is_not_declared_is_found(tree: Tree) -> None:
    tree.files["Core/Core.swift"] = "\ninternal import Shell\n" + FILES["Core/Core.swift"]
    tree.assert_one("Sources/Core/Core.swift:2", "Core imports Shell")


def test_a_dependency_that_nobody_imports_is_found(tree: Tree) -> None:
    tree.files["Shell/Shell.swift"] = "internal import Core\n\npublic struct Shell { let core: Core }\n"
    tree.assert_one("Package.swift:10", "Shell declares Logging", "remove")


def test_a_circle_in_the_table_is_found(tree: Tree) -> None:
    tree.table = TABLE.replace("Core = []", 'Core = ["Shell"]')
    tree.assert_one("Scripts/architecture.toml:1", "Core → Shell → Core")


def test_a_target_without_a_rule_is_found(tree: Tree) -> None:
    tree.table = TABLE.replace('Commands = ["Shell"]\n', "")
    tree.assert_one("Package.swift:14", "Commands is not in Scripts/architecture.toml")


def test_a_module_for_other_targets_only_is_found(tree: Tree) -> None:
    tree.package = PACKAGE.replace('["Shell"])', '["Shell", .product(name: "Logging", package: "swift-log")])')
    tree.files["Commands/Main.swift"] = "internal import Logging\n" + FILES["Commands/Main.swift"]
    tree.assert_one("Sources/Commands/Main.swift:1", "Logging is for Shell only")


@pytest.mark.parametrize("line", ["import Foundation", "@preconcurrency import Glibc", "import struct Foundation.Date"])
def test_a_bare_import_is_found(tree: Tree, line: str) -> None:
    tree.files["Core/Core.swift"] = f"{line}\n" + FILES["Core/Core.swift"]
    tree.assert_one("Sources/Core/Core.swift:1", "no access level", "internal import")


# Folders


def test_an_arrow_upwards_between_folders_is_found(tree: Tree) -> None:
    tree.files["Core/Values/Cost.swift"] = "struct Cost {\n    let heap: Heap\n    let other: Heap\n}\n"
    tree.assert_one("Sources/Core/Values/Cost.swift:2", "Values uses Heap of Queue")


def test_a_use_inside_an_interpolation_is_found(tree: Tree) -> None:
    tree.files["Core/Values/Cost.swift"] = 'let text = "a \\(Heap.self) b"\n'
    tree.assert_one("Sources/Core/Values/Cost.swift:1", "Values uses Heap of Queue")


def test_comments_strings_and_members_are_no_uses(tree: Tree) -> None:
    tree.files["Core/Values/Cost.swift"] = (
        '/// A Heap. /* Heap /* Heap */ */\n// Heap\nlet a = "Heap", b = #"a "Heap" \\(Heap)"#\n'
        'let c = """\n    Heap "Heap" // \\("Heap)")\n    """\nlet d = Price.Heap.self\n'
    )
    assert tree.check() == (0, [])


def test_a_name_with_a_meaning_of_its_own_is_no_use(tree: Tree) -> None:
    tree.files["Core/Values/Cost.swift"] = "struct Cost {\n    enum Heap {}\n    let heap: Heap\n}\n"
    assert tree.check() == (0, [])


def test_a_folder_without_a_place_is_found(tree: Tree) -> None:
    tree.files["Core/New/Thing.swift"] = "struct Thing {}\n"
    tree.assert_one("Sources/Core/New/Thing.swift:1", "the folder New is not in")


def test_a_file_can_stand_above_its_folder(tree: Tree) -> None:
    tree.files["Core/Values/Sum.swift"] = "struct Sum { let heap: Heap }\n"
    tree.table = TABLE.replace('"Queue", "."', '"Queue", "Values/Sum.swift", "."')
    assert tree.check() == (0, [])


def test_a_circle_between_folders_without_an_order_is_found(tree: Tree) -> None:
    tree.files |= {
        "Shell/A/One.swift": "struct One { let two: Two? }\n",
        "Shell/B/Two.swift": "struct Two { let one: [One] }\n",
    }
    code, found = tree.check()
    assert code == 1
    assert any("A → B → A" in line for line in found)


# Calls


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("let a = try! make()", "try!"),
        ("let a = b as! Int", "forced cast"),
        ("let a = b!", "force unwrap"),
        ("let a = b[0]!.c", "force unwrap"),
        ("let a = b()!", "force unwrap"),
        ("var a: Int!", "force unwrap"),
        ('func a() { fatalError("b") }', "fatalError"),
        ("func a() { precondition(b) }", "precondition"),
        ("func a() { preconditionFailure() }", "precondition"),
        ('func a() { print("b") }', "print"),
        ("func a() { Task.detached { b() } }", "Task.detached"),
        ("func a() { DispatchQueue.main.async { b() } }", "DispatchQueue.main"),
        ("func a() async { usleep(5) }", "blocking sleep"),
        ("func a() { Thread.sleep(forTimeInterval: 5) }", "blocking sleep"),
        ("let a = DispatchSemaphore(value: 1)", "semaphore"),
    ],
)
def test_a_forbidden_call_is_found(tree: Tree, code: str, name: str) -> None:
    tree.files["Shell/Bad.swift"] = f"\n{code}\n"
    tree.assert_one("Sources/Shell/Bad.swift:2", name)


@pytest.mark.parametrize(
    "code",
    [
        "let a = b != c",
        "let a = !b",
        "if !isReady { return }",
        "let a = [!b, (!c)]",
        'let a = "try! fatalError() b!"',
        "func a() async throws { try await Task.sleep(for: .seconds(1)) }",
        "func sleep(until: Int) async {}",
        "init!(b: Int) { nil }",
        "func a() { log.print(b) }",
        "// print(a) and b!",
    ],
)
def test_what_only_looks_like_a_forbidden_call_is_none(tree: Tree, code: str) -> None:
    tree.files["Shell/Good.swift"] = f"{code}\n"
    assert tree.check() == (0, [])


def test_a_call_is_allowed_where_the_table_says_so(tree: Tree) -> None:
    tree.files["Core/Queue/Limit.swift"] = 'func a() { precondition(true, "b") }\n'
    tree.table = TABLE.replace("[allowed-calls]", '[allowed-calls]\nprecondition = ["Core"]')
    assert tree.check() == (0, [])


# Sizes


def test_a_long_file_is_found(tree: Tree) -> None:
    tree.files["Shell/Long.swift"] = "let a = 1\n" * 401
    tree.assert_one("Sources/Shell/Long.swift:1", "401 lines", "split")


def body(lines: int) -> str:
    """Statements, so many lines of them."""
    return "    work()\n" * lines


@pytest.mark.parametrize(
    ("declaration", "name"),
    [
        ("func long(\n    a: Int = { 5 }(),\n    b: [Int]\n) async throws -> [Int] {\n", "long"),
        ("init(a: Int) {\n", "init"),
        ("subscript(a: Int) -> Int {\n", "subscript"),
        ("var long: Int {\n", "long"),
        ("static func == (a: A, b: A) -> Bool {\n", "=="),
    ],
)
def test_a_long_function_is_found(tree: Tree, declaration: str, name: str) -> None:
    tree.files["Shell/Long.swift"] = f"struct A {{\n{declaration}{body(70)}}}\n}}\n"
    tree.assert_one("Sources/Shell/Long.swift:2", f"{name} has", "more than 70")


def test_functions_without_a_body_and_short_ones_are_not_long(tree: Tree) -> None:
    tree.files["Shell/Short.swift"] = (
        f"protocol A {{\n    func a(b: Int) -> Int\n    func c()\n}}\nfunc d() {{\n{body(68)}}}\nfunc e() {{}}\n"
    )
    assert tree.check() == (0, [])


# Exceptions


@pytest.mark.parametrize(
    ("kind", "key", "file", "code"),
    [
        ("calls", "Sources/Shell/Bad.swift: print", "Shell/Bad.swift", "func a() { print(1) }\n"),
        ("bare-imports", "Sources/Shell/Bad.swift", "Shell/Bad.swift", "import Foundation\n"),
        ("folders", "Core: Values → Queue", "Core/Values/Bad.swift", "let a: Heap\n"),
        ("long-files", "Sources/Shell/Bad.swift", "Shell/Bad.swift", "let a = 1\n" * 401),
        ("long-functions", "Sources/Shell/Bad.swift: a", "Shell/Bad.swift", f"func a() {{\n{body(70)}}}\n"),
    ],
)
def test_an_exception_allows_what_it_names(tree: Tree, kind: str, key: str, file: str, code: str) -> None:
    tree.files[file] = code
    tree.table = f'{TABLE}\n[exceptions.{kind}]\n"{key}" = "a reason"\n'
    assert tree.check() == (0, [])


def test_an_exception_without_a_reason_is_found(tree: Tree) -> None:
    tree.files["Shell/Bad.swift"] = "import Foundation\n"
    tree.table = f'{TABLE}\n[exceptions.bare-imports]\n"Sources/Shell/Bad.swift" = ""\n'
    tree.assert_one("Scripts/architecture.toml:1", "has no reason")


def test_an_exception_that_nothing_needs_is_found(tree: Tree) -> None:
    tree.table = f'{TABLE}\n[exceptions.bare-imports]\n"Sources/Shell/Gone.swift" = "a reason"\n'
    tree.assert_one("Scripts/architecture.toml:1", "nothing needs the exception")
