// Builds the front end into webapp/static/dist; `python hatch_build.py` runs it when it is stale.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

// Only the icons that icons.txt lists go into the build, as shapes that pages draw themselves.
function icons() {
  return {
    name: "understudy-icons",
    generateBundle() {
      const names = readFileSync(here("icons.txt"), "utf8").split(/\s+/).filter(Boolean);
      const shapes = names.map((name) => {
        const source = readFileSync(here(`node_modules/@tabler/icons/icons/outline/${name}.svg`), "utf8");
        const inside = source.slice(source.indexOf(">", source.indexOf("<svg")) + 1, source.lastIndexOf("</svg>"));
        return [name, inside.replace(/\s*\n\s*/g, "").replace(/ \/>/g, "/>")];
      });
      this.emitFile({
        type: "asset",
        fileName: "icons.json",
        source: JSON.stringify(Object.fromEntries(shapes)),
      });
    },
  };
}

export default defineConfig({
  base: "./",
  publicDir: false,
  plugins: [icons()],
  build: {
    outDir: "../webapp/static/dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    license: { fileName: "licences.md" },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1024,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        app: here("src/app.js"),
        "case-diagram": here("src/case-diagram.js"),
        comparison: here("src/comparison.js"),
        studio: here("src/studio.js"),
        tables: here("src/tables.js"),
        forms: here("src/forms.js"),
      },
    },
  },
});
