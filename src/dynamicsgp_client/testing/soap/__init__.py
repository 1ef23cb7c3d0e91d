"""The SOAP door of the simulator: the contract's 71 operations over GP's tables."""

from dynamicsgp_client.testing.soap.door import SoapDoor as SoapDoor
