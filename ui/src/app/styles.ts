/** The order matters: Mantine lies in a layer, our base comes after it, modules follow their components. */
import "@fontsource-variable/inter/opsz.css";
import "@fontsource/ibm-plex-mono/400.css";
import "@fontsource/ibm-plex-mono/500.css";
import "@mantine/core/styles.layer.css";
import "../shared/tokens.css";
import "../shared/base.css";
