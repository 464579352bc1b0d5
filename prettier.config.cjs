// The plugin is looked up from NODE_PATH too, so that it may live in .odoo/node.
/** @type {import("prettier").Config} */
module.exports = {
    plugins: [require.resolve("@prettier/plugin-xml")],
    bracketSpacing: false,
    printWidth: 88,
    semi: true,
    singleQuote: false,
    tabWidth: 4,
    trailingComma: "es5",
    proseWrap: "always",
    xmlSelfClosingSpace: true,
    xmlWhitespaceSensitivity: "strict",
};
