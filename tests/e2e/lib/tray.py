"""A desktop's tray as far as tests need one, and a hand that uses it.

    tray.py host          shows icons until it is ended (owns org.kde.StatusNotifierWatcher)
    tray.py menu          prints the menu of the icon as JSON: text, enabled, ticked
    tray.py click TEXT    clicks the line whose text starts so
    tray.py icon          prints the path of the icon's picture

The menu is read and clicked over the desktop's own interface (com.canonical.dbusmenu), as a panel does it.
"""

import json
import os
import sys
import time

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

WATCHER = "org.kde.StatusNotifierWatcher"
ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"


class Watcher(dbus.service.Object):
    """Keeps what registered; a real panel would draw it."""

    def __init__(self, bus):
        super().__init__(bus, "/StatusNotifierWatcher")
        self.items = []

    @dbus.service.method(WATCHER, in_signature="s", sender_keyword="sender")
    def RegisterStatusNotifierItem(self, service, sender=None):
        item = f"{sender}{service}" if service.startswith("/") else f"{service}/StatusNotifierItem"
        if item not in self.items:
            self.items.append(item)

    @dbus.service.method(WATCHER, in_signature="s")
    def RegisterStatusNotifierHost(self, service):
        pass

    @dbus.service.method(dbus.PROPERTIES_IFACE, in_signature="ss", out_signature="v")
    def Get(self, interface, name):
        if name == "RegisteredStatusNotifierItems":
            return dbus.Array(self.items, signature="s")
        if name == "IsStatusNotifierHostRegistered":
            return True
        return dbus.Int32(0)


def host():
    dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
    bus = dbus.SessionBus()
    name = dbus.service.BusName(WATCHER, bus)
    watcher = Watcher(bus)
    print("ready", flush=True)
    GLib.MainLoop().run()
    return name, watcher


def item(bus):
    """The newest icon whose program still runs."""
    watcher = bus.get_object(WATCHER, "/StatusNotifierWatcher")
    for found in reversed(watcher.Get(WATCHER, "RegisteredStatusNotifierItems", dbus_interface=dbus.PROPERTIES_IFACE)):
        service, _, path = str(found).partition("/")
        if bus.name_has_owner(service):
            return service, "/" + path
    sys.exit("no icon is in the tray")


def lines(bus):
    service, path = item(bus)
    properties = dbus.Interface(bus.get_object(service, path), dbus.PROPERTIES_IFACE)
    menu = bus.get_object(service, properties.Get(ITEM, "Menu"))
    menu.AboutToShow(0, dbus_interface=MENU)
    _, (_, _, children) = menu.GetLayout(0, -1, dbus.Array(signature="s"), dbus_interface=MENU)
    return menu, children


def shown(properties):
    return {
        "text": str(properties.get("label", "")).replace("_", ""),
        "rule": str(properties.get("type", "")) == "separator",
        "enabled": bool(properties.get("enabled", True)),
        "ticked": int(properties.get("toggle-state", 0)) == 1,
    }


def main():
    what = sys.argv[1]
    if what == "host":
        return host()
    bus = dbus.SessionBus()
    if what == "icon":
        service, path = item(bus)
        properties = dbus.Interface(bus.get_object(service, path), dbus.PROPERTIES_IFACE)
        print(properties.Get(ITEM, "IconName"))
    elif what == "menu":
        print(json.dumps([shown(properties) for _, properties, _ in lines(bus)[1]]))
    elif what == "click":
        menu, children = lines(bus)
        for number, properties, _ in children:
            if shown(properties)["text"].startswith(sys.argv[2]):
                menu.Event(number, "clicked", dbus.String(""), dbus.UInt32(int(time.time())), dbus_interface=MENU)
                return None
        sys.exit(f"no line of the menu starts with {sys.argv[2]!r}")
    else:
        sys.exit(__doc__)
    return None


if __name__ == "__main__":
    os.environ.setdefault("NO_AT_BRIDGE", "1")
    main()
