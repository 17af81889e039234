/// How the page looks.
package enum PageStyle {
    /// The colours on light paper: ink and rules, series, and a ramp from the best rung to the worst.
    package static let light = """
        --paper: #fbfaf7; --ink: #1f2328; --soft: #5d646d; --rule: #dcd9d1;
          --shade: #f3f0e8; --muted: #a39f95; --alarm: #b3261e;
          --s0: #1f6f9f; --s1: #c4512d; --s2: #4f7f4a; --s3: #8a559f; --s4: #a97c00; --s5: #56606f;
          --s6: #b0487a; --s7: #1d8a80;
          --r0: #123f5c; --r1: #1f5f8b; --r2: #4187b4; --r3: #6fabce; --r4: #9bc7df; --r5: #c3dfec;
        """

    /// The same on dark paper.
    package static let dark = """
        --paper: #15181c; --ink: #e8e6e1; --soft: #a2a8b0;
          --rule: #363b42; --shade: #1c2026; --muted: #80868e; --alarm: #ff8a80;
          --s0: #6ab7e6; --s1: #f08a63; --s2: #93c78b; --s3: #c99be0; --s4: #e2bd4d; --s5: #a9b4c4;
          --s6: #f2a3c4; --s7: #66cfc2;
          --r0: #b9e1f7; --r1: #86c3e6; --r2: #579fc9; --r3: #38789f; --r4: #275672; --r5: #1e3c4f;
        """

    /// Of what is inside a drawing.
    package static let marks = """
        .grid { stroke: var(--rule); stroke-width: 0.75; } .axis { stroke: var(--muted); } .window { fill: var(--shade); }
        .line { fill: none; stroke: var(--color); stroke-width: 2; stroke-linejoin: round; }
        .line.muted { stroke-width: 1.5; } .line.dashed { stroke-dasharray: 5 4; stroke-width: 1.5; }
        .area, .dot { fill: var(--color); }
        .s0 { --color: var(--s0); } .s1 { --color: var(--s1); } .s2 { --color: var(--s2); }
        .s3 { --color: var(--s3); } .s4 { --color: var(--s4); } .s5 { --color: var(--s5); }
        .s6 { --color: var(--s6); } .s7 { --color: var(--s7); }
        .r0 { --color: var(--r0); } .r1 { --color: var(--r1); } .r2 { --color: var(--r2); }
        .r3 { --color: var(--r3); } .r4 { --color: var(--r4); } .r5 { --color: var(--r5); }
        .muted { --color: var(--muted); }
        """

    package static let css = """
        :root { color-scheme: light dark; \(light) }
        @media screen and (prefers-color-scheme: dark) { :root { \(dark) } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 3.5rem 1.5rem 4rem; background: var(--paper); color: var(--ink);
          font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif;
          font-variant-numeric: tabular-nums; }
        body.one { max-width: 58rem; } body.several { max-width: 92rem; }
        h1, h2, .tiles b { font-family: "Iowan Old Style", "Palatino Linotype", Palatino, Georgia, serif;
          font-weight: 600; letter-spacing: -0.01em; line-height: 1.15; }
        h1 { font-size: 2.6rem; margin: 0 0 0.5rem; } h2 { font-size: 1.5rem; margin: 0 0 0.25rem; }
        h3 { font-size: 1rem; margin: 0.75rem 0 0; }
        p { margin: 0; } .kicker { color: var(--s1); font-size: 0.85rem; font-weight: 600; margin-bottom: 0.4rem; }
        .summary { font-size: 1.1rem; } .origin, .note, footer { color: var(--soft); font-size: 0.9rem; }
        .origin b { color: var(--ink); font-weight: 600; margin-right: 0.4em; }
        .warning { margin: 1.5rem 0 0; padding: 0.8rem 1rem; border: 1px solid var(--alarm); border-radius: 0.4rem;
          color: var(--alarm); }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); margin: 2.25rem 0 0;
          gap: 1.25rem 2rem; }
        .tiles div { border-top: 2px solid var(--ink); padding-top: 0.5rem; }
        .tiles b { display: block; font-size: 1.75rem; } .tiles span { color: var(--soft); font-size: 0.85rem; }
        section { margin-top: 3rem; } figure { margin: 0; min-width: 0; }
        .runs { display: grid; gap: 1.5rem 2.5rem; }
        .several .runs { grid-template-columns: repeat(auto-fit, minmax(min(30rem, 100%), 1fr)); }
        .legend { display: flex; flex-wrap: wrap; gap: 0.15rem 1.2rem; margin: 0.6rem 0 0.2rem; padding: 0;
          list-style: none; font-size: 0.85rem; color: var(--soft); }
        .legend i { display: inline-block; width: 1.4em; height: 0; margin-right: 0.45em; vertical-align: 0.28em;
          border-top: 3px solid var(--color); }
        .legend i.dashed { border-top-style: dashed; border-top-width: 2px; }
        .legend i[class^="r"] { height: 0.8em; border: 0; background: var(--color); vertical-align: -0.05em; }
        svg { display: block; width: 100%; height: auto; overflow: visible; }
        svg text { fill: var(--soft); font-size: 12px; } .several svg text { font-size: 13px; }
        \(marks)
        .table { overflow-x: auto; margin-top: 1rem; }
        table { border-collapse: collapse; width: 100%; font-size: 0.88rem; }
        caption { text-align: left; color: var(--soft); padding-bottom: 0.3rem; }
        th, td { text-align: right; padding: 0.28rem 0 0.28rem 1.2rem; white-space: nowrap; }
        th { font-weight: 600; border-bottom: 1px solid var(--muted); vertical-align: bottom; }
        td { border-bottom: 1px solid var(--rule); }
        th:first-child, td:first-child { text-align: left; padding-left: 0; white-space: normal;
          overflow-wrap: anywhere; }
        td.inner:first-child { padding-left: 1.2rem; color: var(--soft); }
        .glance { max-width: 52rem; } .glance caption { display: none; }
        footer { margin-top: 3rem; padding-top: 0.8rem; border-top: 1px solid var(--rule); max-width: 44rem; }
        @media print { :root { --paper: #fff; --shade: #f4f2ec; } body { padding: 0; font-size: 10pt; }
          body.one, body.several { max-width: none; } section { margin-top: 1.5rem; }
          svg, .table, tr { break-inside: avoid; } h2, h3, .note, .legend { break-after: avoid; }
          .several .runs { grid-template-columns: 1fr 1fr; } * { print-color-adjust: exact; } }
        """
}
