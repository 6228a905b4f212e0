import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

const petrol: MantineColorsTuple = [
  "#EAF3F6", "#D3E6EC", "#A9CFDC", "#7FB9CB", "#62BAD3",
  "#3A9DB9", "#1B7A98", "#0F6580", "#0B5268", "#083F50",
];
const gray: MantineColorsTuple = [
  "#FAFAF8", "#F5F5F2", "#F0F0EC", "#E6E5E0", "#D5D4CE",
  "#B4B5B3", "#85898E", "#666B71", "#55595E", "#1A1C1E",
];
const dark: MantineColorsTuple = [
  "#E9EAEB", "#A9AEB4", "#8F959C", "#6B7178", "#363A40",
  "#26292E", "#1D2024", "#16181B", "#131517", "#101214",
];

/** Mantine speaks our tokens: its own greys are replaced, sizes follow the 13 px body. */
export const theme = createTheme({
  primaryColor: "petrol",
  primaryShade: { light: 7, dark: 6 },
  colors: { petrol, gray, dark },
  fontFamily: "var(--ff)",
  fontFamilyMonospace: "var(--fm)",
  fontSizes: { xs: "11px", sm: "12px", md: "13px", lg: "15px", xl: "20px" },
  lineHeights: { xs: "16px", sm: "16px", md: "20px", lg: "20px", xl: "28px" },
  spacing: { xs: "4px", sm: "8px", md: "12px", lg: "16px", xl: "24px" },
  radius: { xs: "4px", sm: "6px", md: "6px", lg: "8px", xl: "10px" },
  defaultRadius: "sm",
  headings: { fontFamily: "var(--ff)", fontWeight: "600" },
  focusRing: "auto",
  respectReducedMotion: true,
  components: {
    InputWrapper: { defaultProps: { size: "md", inputWrapperOrder: ["label", "input", "description", "error"] } },
    Input: { defaultProps: { size: "md" } },
    Checkbox: { defaultProps: { size: "xs" } },
    Switch: { defaultProps: { size: "xs", withThumbIndicator: true } },
    NumberInput: { defaultProps: { hideControls: true } },
    Menu: { defaultProps: { shadow: "lg", radius: "lg", transitionProps: { duration: 120 } } },
    Tooltip: { defaultProps: { openDelay: 400, transitionProps: { duration: 120 } } },
    Modal: { defaultProps: { radius: "xl", centered: true, transitionProps: { duration: 180 } } },
    Drawer: { defaultProps: { position: "right", transitionProps: { duration: 180 } } },
  },
});

/** Mantine's surfaces, borders and text point at the tokens, so both schemes follow one table. */
export const cssVariables: CSSVariablesResolver = () => {
  const shared = {
    "--mantine-color-body": "var(--surface)",
    "--mantine-color-text": "var(--text)",
    "--mantine-color-dimmed": "var(--sec)",
    "--mantine-color-default": "var(--raised)",
    "--mantine-color-default-hover": "var(--hover)",
    "--mantine-color-default-border": "var(--ctl)",
    "--mantine-color-default-color": "var(--text)",
    "--mantine-color-placeholder": "var(--ter)",
    "--mantine-color-error": "var(--danger)",
    "--mantine-color-anchor": "var(--accent)",
    "--mantine-shadow-lg": "var(--shadow)",
  };
  return { variables: {}, light: shared, dark: shared };
};
