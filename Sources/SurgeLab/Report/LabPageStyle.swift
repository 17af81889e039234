/// What the laboratory's page needs beyond the style of all pages.
enum LabPageStyle {
    static let css = """
        :root { --demand: #d5d1c6; }
        @media screen and (prefers-color-scheme: dark) { :root { --demand: #3d434b; } }
        .demand { --color: var(--demand); } .plain { --color: var(--soft); }
        .legend i.area, .legend i.area[class] { height: 0.8em; border: 0; background: var(--color);
          vertical-align: -0.05em; }
        h4 i { display: inline-block; width: 1.4em; margin-right: 0.45em; vertical-align: 0.28em;
          border-top: 3px solid var(--color); }
        .origin { margin-top: 0.5rem; }
        .headline { margin-top: 2rem; max-width: 52rem; }
        .headline .lead { font-family: "Iowan Old Style", "Palatino Linotype", Palatino, Georgia, serif;
          font-size: 1.65rem; line-height: 1.3; margin-bottom: 0.6rem; text-wrap: pretty; }
        figure { margin-top: 1.75rem; } h3 { margin: 0; } h4 { font-size: 0.88rem; font-weight: 600; margin: 0 0 0.2rem; }
        figcaption { color: var(--soft); font-size: 0.9rem; max-width: 52rem; }
        .panels { display: grid; gap: 1.25rem 1.75rem; margin-top: 0.6rem; } .panels > div { min-width: 0; }
        .panels.halves { grid-template-columns: repeat(auto-fill, minmax(min(23rem, 100%), 1fr)); }
        .panels.thirds { grid-template-columns: repeat(auto-fill, minmax(min(15rem, 100%), 1fr)); }
        .panels.thirds svg { max-width: 22rem; } svg .figure { fill: var(--ink); }
        th:first-child, td:first-child { min-width: 6rem; overflow-wrap: break-word; }
        @media (max-width: 34rem) { .tiles { grid-template-columns: 1fr 1fr; } .tiles b { font-size: 1.4rem; }
          .panels.whole > div { overflow-x: auto; } .panels.whole svg { min-width: 38rem; } }
        dl { margin: 1rem 0 0; display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1.2rem;
          font-size: 0.9rem; }
        dt { font-weight: 600; } dd { margin: 0; color: var(--soft); }
        footer { max-width: none; } footer p { max-width: 50rem; } footer ul { margin: 0.3rem 0 0; padding-left: 1.2rem; }
        footer p + p { margin-top: 0.8rem; } footer li { overflow-wrap: anywhere; }
        @media print { :root { --demand: #dedad0; } .headline .lead { font-size: 14pt; } h1 { font-size: 22pt; }
          .headline, .tiles { margin-top: 1rem; } .tiles { gap: 0.6rem 1rem; grid-template-columns: repeat(4, 1fr); }
          .tiles b { font-size: 14pt; } figure { margin-top: 1rem; } .plot, .panels > div, .note, dl { break-inside: avoid; }
          .panels.halves { grid-template-columns: 1fr 1fr; } .panels.thirds { grid-template-columns: 1fr 1fr 1fr; }
          table { font-size: 8.5pt; } .table { overflow: visible; } th, td { padding-left: 0.7rem; }
          th { white-space: normal; } h4 { font-size: 9pt; } h2, h3, h4, .note, dl, figcaption { break-after: avoid; } }
        """
}
